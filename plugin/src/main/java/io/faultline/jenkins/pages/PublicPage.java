package io.faultline.jenkins.pages;

import hudson.Extension;
import hudson.model.UnprotectedRootAction;
import hudson.util.HttpResponses;
import io.faultline.jenkins.FaultlineConfiguration;
import io.faultline.jenkins.FaultlineEngine;
import io.faultline.overview.Overview;
import io.faultline.overview.Page;
import jakarta.servlet.http.HttpServletResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.StaplerProxy;
import org.kohsuke.stapler.WebMethod;

/**
 * {@code /faultline-public/}: how the services are, for everybody, if the settings say so. It says nothing of Jenkins and
 * nothing but what {@link Page.Public} holds. What is shown is made anew every few seconds, however many ask.
 */
@Extension
public final class PublicPage implements UnprotectedRootAction, StaplerProxy {
    private static final Duration FRESH = Duration.ofSeconds(5);
    private static final String POLICY =
            "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private Made made;

    private record Made(Instant at, FaultlineEngine.Current of, Page.Public page, String html) {}

    @Override
    public String getIconFileName() {
        return null;
    }

    @Override
    public String getDisplayName() {
        return null;
    }

    @Override
    public String getUrlName() {
        return "faultline-public";
    }

    @Override
    public Object getTarget() {
        if (!FaultlineConfiguration.get().isPublicPage()) {
            throw HttpResponses.notFound();
        }
        return this;
    }

    public HttpResponse doIndex() {
        return made().<HttpResponse>map(now ->
                        new Answer("text/html;charset=UTF-8", POLICY, now.html().getBytes(StandardCharsets.UTF_8)))
                .orElseGet(() -> HttpResponses.status(HttpServletResponse.SC_SERVICE_UNAVAILABLE));
    }

    @WebMethod(name = "faultline.css")
    public HttpResponse doStyleSheet() {
        return new Answer("text/css;charset=UTF-8", POLICY, Overview.styleSheet());
    }

    /** A picture of how a service is. */
    public HttpResponse doBadge(@QueryParameter String service) {
        return made().flatMap(now -> now.page().services().stream()
                        .filter(row -> row.name().equals(service))
                        .findFirst())
                .<HttpResponse>map(row -> Answer.badge(row.name(), row.condition()))
                .orElseGet(HttpResponses::notFound);
    }

    /** By one thread at a time: the others find it made. */
    private synchronized Optional<Made> made() {
        FaultlineEngine engine = FaultlineEngine.get();
        return engine.look().map(now -> {
            Instant at = engine.clock().instant();
            Made last = made;
            if (last == null || last.of() != now || !at.isBefore(last.at().plus(FRESH))) {
                Page.Public page = now.pages(at).forEverybody();
                last = new Made(at, now, page, new Overview(now.catalog(), now.history(), now.zone()).html(page));
                made = last;
            }
            return last;
        });
    }
}
