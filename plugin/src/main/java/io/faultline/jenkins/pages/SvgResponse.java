package io.faultline.jenkins.pages;

import io.faultline.overview.Badge;
import io.faultline.overview.Condition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.StaplerResponse2;

/** A badge, as an answer that nothing keeps for longer than a look. */
final class SvgResponse implements HttpResponse {
    private final String svg;

    SvgResponse(String name, Condition condition) {
        this.svg = Badge.of(name, condition);
    }

    @Override
    public void generateResponse(StaplerRequest2 request, StaplerResponse2 response, Object node) throws IOException {
        response.setContentType("image/svg+xml;charset=UTF-8");
        response.setHeader("Cache-Control", "no-cache");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Content-Security-Policy", "default-src 'none'; sandbox");
        response.getOutputStream().write(svg.getBytes(StandardCharsets.UTF_8));
    }
}
