package io.faultline.jenkins.pages;

import hudson.model.Item;
import hudson.model.User;
import io.faultline.check.CheckId;
import io.faultline.check.Result;
import io.faultline.history.Observation;
import io.faultline.jenkins.FaultlineConfiguration;
import io.faultline.jenkins.FaultlineEngine;
import io.faultline.jenkins.FaultlinePermissions;
import io.faultline.jenkins.TestCatalog;
import java.io.IOException;
import java.net.URL;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import jenkins.model.Jenkins;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.htmlunit.html.DomElement;
import org.htmlunit.html.HtmlPage;
import org.htmlunit.util.NameValuePair;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;

/** A Jenkins that watches a few services, with people who may do more or less. */
final class Watched {
    static final String TEAMS = """
            teams:
              admins: {purpose: Keep it running., mail: secret-list@example.org}
            """;
    static final String CONTROLLER = """
            team: admins
            defaults: {failures-before-alert: 2}
            """;
    static final String MACHINES = """
            machines:
              vm:
                address: vm.internal.example.org
                purpose: Carries the rest.
                checks: [{type: ssh}]
            """;
    static final String WEB = """
            service: web
            purpose: Shows the website.
            importance: high
            depends-on: [vm]
            checks:
              - {type: http, name: home, url: "https://www.example.org/"}
            """;
    static final String DNS = """
            service: dns
            purpose: Answers for example.org.
            importance: critical
            checks:
              - {type: tcp, name: port, server: "ns.example.org:53"}
            """;

    final JenkinsRule jenkins;
    private final TestCatalog catalog;

    Watched(JenkinsRule jenkins) throws IOException {
        this.jenkins = jenkins;
        this.catalog = new TestCatalog(jenkins, "watched");
    }

    static Watched few(JenkinsRule jenkins) throws IOException {
        Watched watched = new Watched(jenkins);
        watched.file("teams.yaml", TEAMS);
        watched.file("controller.yaml", CONTROLLER);
        watched.file("machines.yaml", MACHINES);
        watched.file("web.yaml", WEB);
        watched.file("dns.yaml", DNS);
        watched.read();
        return watched;
    }

    void file(String name, String text) {
        catalog.file(name, text);
    }

    /** Has the catalogue read. */
    void read() {
        FaultlineConfiguration.get().setKeepJobs(false);
        catalog.read();
    }

    /** One result. */
    void result(String check, Result result) throws IOException, InterruptedException {
        FaultlineEngine.get()
                .record(List.of(new Observation(
                        CheckId.parse(check), FaultlineEngine.get().clock().instant(), Duration.ofMillis(12), result)));
    }

    /** The same often enough to be certain; the first of these makes incident 1. */
    void certainly(String check, Result result) throws IOException, InterruptedException {
        result(check, result);
        result(check, result);
    }

    /**
     * Users reader, claimer, administrator, one called discoverer who may see services but only learn that there are
     * jobs, and one called nobody who may only see Jenkins.
     */
    void people() {
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ)
                .everywhere()
                .to("nobody", "discoverer", "reader", "claimer")
                .grant(FaultlinePermissions.VIEW, Item.DISCOVER)
                .everywhere()
                .to("discoverer")
                .grant(FaultlinePermissions.VIEW, Item.READ)
                .everywhere()
                .to("reader", "claimer")
                .grant(FaultlinePermissions.CLAIM)
                .everywhere()
                .to("claimer")
                .grant(Jenkins.ADMINISTER)
                .everywhere()
                .to("administrator"));
        for (String name : List.of("nobody", "discoverer", "reader", "claimer", "administrator")) {
            User.getById(name, true);
        }
    }

    /** A browser without scripts that neither follows nor complains; of somebody, or of nobody in particular. */
    JenkinsRule.WebClient browser(String user) throws Exception {
        JenkinsRule.WebClient browser =
                jenkins.createWebClient().withJavaScriptEnabled(false).withThrowExceptionOnFailingStatusCode(false);
        if (!user.isEmpty()) {
            browser.login(user);
        }
        browser.getOptions().setRedirectEnabled(false);
        browser.setRefreshHandler((page, address, seconds) -> {});
        return browser;
    }

    WebRequest post(JenkinsRule.WebClient browser, String path, boolean crumb, NameValuePair... typed)
            throws IOException {
        WebRequest request = new WebRequest(new URL(jenkins.getURL(), path), HttpMethod.POST);
        request.setRequestParameters(new ArrayList<>(List.of(typed)));
        if (crumb) {
            browser.addCrumb(request);
        }
        return request;
    }

    /** What is ours on a page. */
    static DomElement own(HtmlPage page) {
        return page.getFirstByXPath("//div[@class='faultline']");
    }
}
