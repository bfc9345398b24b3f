package io.faultline.verdict;

/** Whose fault a failed build is. */
public enum Category {
    /** Something the change did not bring: network, mirror, agent, disk, service. */
    INFRASTRUCTURE,
    /** The change, or what stands in the repository: a compiler error, a failed test, a wrong build file. */
    CODE,
    /** The evidence is missing, weak or contradictory. Never guessed away. */
    UNDETERMINED
}
