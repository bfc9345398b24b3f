package io.faultline.verdict;

/**
 * A part of a build that runs one command.
 *
 * @param firstLine the line that announces it, from 1
 * @param scriptLine the line that announces the script around it: {@code sh -x} shows each command of one; otherwise
 *     {@code firstLine}
 * @param command as the log shows it, bounded; empty if it does not
 * @param stage the stage or section around it; empty if there is none
 */
public record Step(long firstLine, long scriptLine, String command, String stage) {
    static final Step WHOLE_LOG = new Step(1, 1, "", "");
}
