package io.faultline.check;

import io.faultline.machine.Facts;
import io.faultline.net.LocalFault;
import java.io.IOException;

/** Where a check gets what machines say of themselves. Thread-safe. */
public interface FactsSource {
    /** Of the machine that the check belongs to. */
    Facts own() throws IOException;

    /** Of a machine by its name in the catalogue. */
    Facts of(String machine) throws IOException;

    /** Where nobody collects facts. */
    static FactsSource none() {
        return new FactsSource() {
            @Override
            public Facts own() throws IOException {
                throw new LocalFault("the check belongs to no machine whose facts are known");
            }

            @Override
            public Facts of(String machine) throws IOException {
                throw new LocalFault("nothing is known of the facts of " + machine);
            }
        };
    }
}
