package io.faultline.check;

import io.faultline.config.Shown;
import java.util.OptionalDouble;

/**
 * A number that a check measured, as in Nagios' performance data.
 *
 * @param unit {@code s}, {@code %}, {@code B}, {@code c} or empty, as Nagios has them
 */
public record Measurement(String name, double value, String unit, OptionalDouble warning, OptionalDouble critical) {
    public Measurement {
        name = Shown.oneLine(name, 60);
        unit = Shown.oneLine(unit, 10);
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("measurement '" + name + "' is not a finite number");
        }
    }

    public static Measurement of(String name, double value, String unit) {
        return new Measurement(name, value, unit, OptionalDouble.empty(), OptionalDouble.empty());
    }
}
