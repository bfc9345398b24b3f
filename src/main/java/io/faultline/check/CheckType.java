package io.faultline.check;

import io.faultline.config.DescribingKeys;
import io.faultline.config.KeySpec;
import io.faultline.config.Keys;
import java.util.List;
import java.util.function.Function;

/**
 * A kind of check: its name in catalogue files, what it is for, and how its keys are read.
 *
 * <pre>{@code
 * static final CheckType TYPE = CheckType.named("smtp")
 *         .summary("A mail server greets and offers STARTTLS.")
 *         .example("server: mail.example.org")
 *         .reads(keys -> new SmtpCheck(keys.hostPort("server", 25, "The mail server.")));
 * }</pre>
 *
 * @param summary one sentence: what it means when this check is OK
 * @param about a few more sentences for the documentation: what is tested how, traps, source
 * @param example the keys of a typical use, as YAML lines
 */
public record CheckType(
        String name, String summary, String about, String example, Function<Keys, ? extends Check> reader) {
    public static Builder named(String name) {
        return new Builder(name);
    }

    /** Reads a check; mistakes become problems of {@code keys}, and then the check must not be used. */
    public Check read(Keys keys) {
        return reader.apply(keys);
    }

    /** The keys that this type reads, for documentation and the JSON Schema. */
    public List<KeySpec> keys() {
        DescribingKeys keys = new DescribingKeys();
        read(keys);
        return keys.specs();
    }

    /** Puts a type together; {@link #reads} ends it. */
    public static final class Builder {
        private final String name;
        private String summary = "";
        private String about = "";
        private String example = "";

        private Builder(String name) {
            this.name = name;
        }

        public Builder summary(String text) {
            this.summary = text;
            return this;
        }

        public Builder about(String text) {
            this.about = text;
            return this;
        }

        public Builder example(String yaml) {
            this.example = yaml;
            return this;
        }

        public CheckType reads(Function<Keys, ? extends Check> reader) {
            return new CheckType(name, summary, about, example, reader);
        }
    }
}
