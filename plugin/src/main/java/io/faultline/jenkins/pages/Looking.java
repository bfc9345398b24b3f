package io.faultline.jenkins.pages;

import io.faultline.jenkins.FaultlineEngine;
import io.faultline.overview.Pages;
import java.util.Optional;
import org.kohsuke.stapler.Stapler;
import org.kohsuke.stapler.StaplerRequest2;

/** What the engine knows, read once for each request however many parts of a page ask for it. */
final class Looking {
    private static final String ATTRIBUTE = Looking.class.getName();

    private Looking() {}

    /** @return nothing if there is no engine: {@link FaultlineEngine#failure} says why */
    static Optional<Pages> pages() {
        StaplerRequest2 request = Stapler.getCurrentRequest2();
        if (request != null && request.getAttribute(ATTRIBUTE) instanceof Pages pages) {
            return Optional.of(pages);
        }
        FaultlineEngine engine = FaultlineEngine.get();
        Optional<Pages> pages =
                engine.look().map(now -> now.pages(engine.clock().instant()));
        if (request != null) {
            pages.ifPresent(found -> request.setAttribute(ATTRIBUTE, found));
        }
        return pages;
    }
}
