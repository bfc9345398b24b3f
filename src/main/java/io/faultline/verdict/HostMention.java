package io.faultline.verdict;

/**
 * A host that a log speaks of.
 *
 * @param name in lower case
 * @param lastLine the last line that names it, from 1
 */
public record HostMention(String name, long lastLine) {}
