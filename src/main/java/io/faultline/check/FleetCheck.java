package io.faultline.check;

import io.faultline.config.Written;
import java.util.List;

/** Looks at what several machines say of themselves. */
public interface FleetCheck extends Check {
    /** Their names in the catalogue, and where they are written. */
    List<Written> machines();
}
