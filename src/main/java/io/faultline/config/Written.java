package io.faultline.config;

/** A text that somebody wrote, and where it stands. */
public record Written(String text, Place place) {
    @Override
    public String toString() {
        return text;
    }
}
