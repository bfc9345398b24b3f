package io.faultline.catalog;

/** How important a service is, and to whom: its users, developers, and the making of a release. */
public record Needs(Importance users, Importance developers, Importance release) {
    public Importance highest() {
        return Importance.highest(users, Importance.highest(developers, release));
    }
}
