package io.faultline.verdict;

/**
 * A part of a build that runs one command.
 *
 * @param firstLine the line that announces it, from 1
 * @param command as the log shows it, bounded; empty if it does not
 * @param stage the stage or section around it; empty if there is none
 */
public record Step(long firstLine, String command, String stage) {
    static final Step WHOLE_LOG = new Step(1, "", "");
}
