package io.faultline.jenkins.pages;

import io.faultline.overview.Badge;
import io.faultline.overview.Condition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.StaplerResponse2;

/** A whole answer, made already, which runs nothing and is kept by nobody for longer than a look. */
final class Answer implements HttpResponse {
    private final String type;
    private final String policy;
    private final byte[] content;

    /** @param policy what the browser may do with it (Content-Security-Policy) */
    Answer(String type, String policy, byte[] content) {
        this.type = type;
        this.policy = policy;
        this.content = content;
    }

    static Answer badge(String name, Condition condition) {
        return new Answer(
                "image/svg+xml;charset=UTF-8",
                "default-src 'none'; sandbox",
                Badge.of(name, condition).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void generateResponse(StaplerRequest2 request, StaplerResponse2 response, Object node) throws IOException {
        response.setContentType(type);
        response.setHeader("Cache-Control", "no-cache");
        response.setHeader("Content-Security-Policy", policy);
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.getOutputStream().write(content);
    }
}
