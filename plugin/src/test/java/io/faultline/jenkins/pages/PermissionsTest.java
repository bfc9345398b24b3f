package io.faultline.jenkins.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hudson.model.FreeStyleProject;
import hudson.model.Item;
import io.faultline.check.Result;
import io.faultline.jenkins.FaultlineConfiguration;
import io.faultline.jenkins.FaultlinePermissions;
import io.faultline.jenkins.Texts;
import io.faultline.jenkins.Verdicts;
import io.faultline.jenkins.jobs.JobKeeper;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.htmlunit.WebResponse;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;
import org.kohsuke.stapler.WebMethod;

/** Every address of the plugin, tried by everybody. */
@WithJenkins
class PermissionsTest {
    private static final List<String> PEOPLE =
            List.of("", "nobody", "discoverer", "reader", "claimer", "administrator");

    /** How, where, and the status for: a stranger, nobody, discoverer, reader, claimer, administrator. POST+ has a crumb, POST- none. */
    private static final String TABLE = """
            GET   faultline/                                  403 403 200 200 200 200
            GET   faultline/services                          403 403 200 200 200 200
            GET   faultline/machines                          403 403 200 200 200 200
            GET   faultline/incidents                         403 403 200 200 200 200
            GET   faultline/verdicts                          403 403 200 200 200 200
            GET   faultline/log                               403 403 200 200 200 200
            GET   faultline/service/web/                      403 403 200 200 200 200
            GET   faultline/service/vm/                       403 403 404 404 404 404
            GET   faultline/service/none/                     403 403 404 404 404 404
            GET   faultline/machine/vm/                       403 403 200 200 200 200
            GET   faultline/machine/web/                      403 403 404 404 404 404
            GET   faultline/incident/1/                       403 403 200 200 200 200
            GET   faultline/incident/99/                      403 403 404 404 404 404
            GET   faultline/incident/one/                     403 403 404 404 404 404
            GET   faultline/badge?service=web                 403 403 200 200 200 200
            GET   faultline/badge?service=none                403 403 404 404 404 404
            GET   faultline/badge                             403 403 404 404 404 404
            GET   faultline/api/json                          403 403 200 200 200 200
            GET   faultline/api/xml                           403 403 200 200 200 200
            GET   faultline/service/web/api/json              403 403 200 200 200 200
            GET   faultline/incident/1/api/json               403 403 200 200 200 200
            GET   faultline/claim/                            403 403 403 403 200 200
            GET   faultline/release/                          403 403 403 403 200 200
            GET   faultline/silence/                          403 403 403 403 200 200
            GET   faultline/downtime/                         403 403 403 403 200 200
            GET   faultline/end/                              403 403 403 403 200 200
            GET   faultline/note/                             403 403 403 403 200 200
            GET   faultline/claim/submit                      403 403 403 403 405 405
            GET   faultline/release/submit                    403 403 403 403 405 405
            GET   faultline/silence/submit                    403 403 403 403 405 405
            GET   faultline/downtime/submit                   403 403 403 403 405 405
            GET   faultline/end/submit                        403 403 403 403 405 405
            GET   faultline/note/submit                       403 403 403 403 405 405
            POST- faultline/claim/submit                      403 403 403 403 403 403
            POST- faultline/release/submit                    403 403 403 403 403 403
            POST- faultline/silence/submit                    403 403 403 403 403 403
            POST- faultline/downtime/submit                   403 403 403 403 403 403
            POST- faultline/end/submit                        403 403 403 403 403 403
            POST- faultline/note/submit                       403 403 403 403 403 403
            POST+ faultline/claim/submit                      403 403 403 403 400 400
            POST+ faultline/release/submit                    403 403 403 403 400 400
            POST+ faultline/silence/submit                    403 403 403 403 400 400
            POST+ faultline/downtime/submit                   403 403 403 403 400 400
            POST+ faultline/end/submit                        403 403 403 403 400 400
            POST+ faultline/note/submit                       403 403 403 403 400 400
            GET   faultline/reload                            403 403 405 405 405 405
            POST- faultline/reload                            403 403 403 403 403 403
            POST+ faultline/reload                            403 403 403 403 403 303
            GET   faultline-public/                           404 404 404 404 404 404
            GET   faultline-public/faultline.css              404 404 404 404 404 404
            GET   faultline-public/badge?service=web          404 404 404 404 404 404
            """;

    private static final String PUBLIC = """
            GET   faultline-public/                           200 200 200 200 200 200
            GET   faultline-public/faultline.css              200 200 200 200 200 200
            GET   faultline-public/badge?service=web          200 200 200 200 200 200
            GET   faultline-public/badge?service=vm           404 404 404 404 404 404
            GET   faultline-public/badge                      404 404 404 404 404 404
            GET   faultline-public/api/json                   404 404 404 404 404 404
            """;

    private static final String TRIGGER = """
            GET   faultline/trigger                           403 405 405 405 405 405
            GET   faultline/trigger/                          403 405 405 405 405 405
            POST- faultline/trigger/                          403 403 403 403 403 403
            POST+ faultline/trigger/                          403 403 403 403 403 400
            """;

    private static final String VERDICTS = """
            GET   job/broken/1/faultline-verdict/             403 404 403 200 200 200
            GET   job/broken/1/faultline-verdict/log          403 404 403 200 200 200
            GET   job/broken/1/faultline-verdict/correct      403 404 403 404 404 404
            POST- job/broken/1/faultline-verdict/correct      403 403 403 403 403 403
            POST+ job/broken/1/faultline-verdict/correct      403 404 403 403 400 400
            GET   job/broken/1/faultline-verdict/api/json     403 404 403 200 200 200
            GET   job/broken/faultline-verdicts/              403 404 403 200 200 200
            GET   job/broken/faultline-verdicts/api/json      403 404 403 200 200 200
            """;

    private static final String JOBS = """
            GET   job/faultline/job/web/faultline-job/        403 404 403 404 404 404
            GET   job/faultline/job/web/faultline-job/restore 403 404 403 404 404 404
            POST- job/faultline/job/web/faultline-job/restore 403 403 403 403 403 403
            POST+ job/faultline/job/web/faultline-job/restore 403 404 403 403 403 302
            """;

    private static final Map<String, String> SHORT = Map.of(
            "{config}", "descriptorByName/io.faultline.jenkins.FaultlineConfiguration/",
            "{folder}", "descriptorByName/io.faultline.jenkins.config.FolderCatalog/",
            "{git}", "descriptorByName/io.faultline.jenkins.config.GitCatalog/",
            "{mail}", "descriptorByName/io.faultline.jenkins.config.OwnMail/",
            "{job}", "descriptorByName/io.faultline.jenkins.verdict.FaultlineJobProperty/",
            "{builder}", "descriptorByName/io.faultline.jenkins.steps.SmokeTestBuilder/",
            "{step}", "descriptorByName/io.faultline.jenkins.steps.SmokeTestStep/",
            "{results}", "descriptorByName/io.faultline.jenkins.steps.RecordSmokeResults/");

    private static final String SETTINGS = """
            GET   {config}checkSecretsPrefix?value=a-         403 404 404 404 404 404
            POST- {config}checkSecretsPrefix?value=a-         403 403 403 403 403 403
            POST+ {config}checkSecretsPrefix?value=a-         403 403 403 403 403 200
            POST+ {config}checkJobsFolder?value=a             403 403 403 403 403 200
            POST+ {config}checkInfrastructureMail?value=a     403 403 403 403 403 200
            POST+ {config}sendTestMail?testRecipient=         403 403 403 403 403 200
            POST+ {folder}checkPath?value=a                   403 403 403 403 403 200
            POST+ {folder}tryCatalog?path=watched             403 403 403 403 403 200
            POST+ {git}checkUrl?value=a                       403 403 403 403 403 200
            POST+ {git}checkBranch?value=a                    403 403 403 403 403 200
            POST+ {git}checkFolder?value=a                    403 403 403 403 403 200
            POST+ {git}tryCatalog?url=                        403 403 403 403 403 200
            POST+ {git}fillCredentialsIdItems                 403 200 200 200 200 200
            POST+ {mail}checkServer?value=a                   403 403 403 403 403 200
            POST+ {mail}checkFrom?value=a                     403 403 403 403 403 200
            POST+ {mail}checkCredentialsId?value=a            403 403 403 403 403 200
            POST+ {mail}fillSecurityItems                     403 403 403 403 403 200
            POST+ {mail}fillCredentialsIdItems                403 200 200 200 200 200
            POST+ {job}checkServices?value=a                  403 200 200 200 200 200
            POST+ {job}checkInfrastructureMail?value=a        403 200 200 200 200 200
            GET   {job}autoCompleteServices?value=a           403 200 200 200 200 200
            POST+ {builder}checkService?value=a               403 200 200 200 200 200
            GET   {builder}autoCompleteService?value=a        403 200 200 200 200 200
            POST+ {step}checkMachine?value=a                  403 200 200 200 200 200
            POST+ {step}checkService?value=a                  403 200 200 200 200 200
            POST+ {results}checkResults?value=a               403 200 200 200 200 200
            """;

    private static Watched watched;

    @BeforeAll
    static void watch(JenkinsRule jenkins) throws Exception {
        watched = Watched.few(jenkins);
        watched.certainly("web/home", Result.critical("no answer"));
        FreeStyleProject broken = Verdicts.job(jenkins, "broken", Texts.NETWORK, hudson.model.Result.FAILURE);
        assertNotNull(Verdicts.of(jenkins, jenkins.buildAndAssertStatus(hudson.model.Result.FAILURE, broken)));
        watched.people();
    }

    @ParameterizedTest
    @ValueSource(strings = {TABLE, TRIGGER, VERDICTS, SETTINGS})
    void everybody_may_do_what_the_table_says_and_nothing_else(String table) throws Exception {
        assertEquals(table, tried(table));
    }

    @Test
    void the_public_page_is_for_everybody_once_it_is_switched_on() throws Exception {
        FaultlineConfiguration.get().setPublicPage(true);
        try {
            assertEquals(PUBLIC, tried(PUBLIC));
        } finally {
            FaultlineConfiguration.get().setPublicPage(false);
        }
    }

    @Test
    void a_job_is_made_again_by_who_may_configure_it() throws Exception {
        FaultlineConfiguration.get().setKeepJobs(true);
        try {
            JobKeeper.get().keep();
            assertEquals(JOBS, tried(JOBS));
        } finally {
            FaultlineConfiguration.get().setKeepJobs(false);
        }
    }

    /** Whatever answers to an address of its own stands in a table: what is forgotten here was never tried. */
    @Test
    void no_method_that_answers_is_missing() throws Exception {
        String tables = String.join("", TABLE, PUBLIC, TRIGGER, VERDICTS, SETTINGS, JOBS);
        Path classes = Path.of(FaultlineRootAction.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        List<String> missing = new ArrayList<>();
        int seen = 0;
        for (Class<?> type : classes(classes)) {
            for (Method method : type.getDeclaredMethods()) {
                if (Modifier.isPublic(method.getModifiers()) && method.getName().matches("do[A-Z].*")) {
                    seen++;
                    if (!Pattern.compile("[/}]" + address(method) + "[ ?]")
                            .matcher(tables)
                            .find()) {
                        missing.add(type.getName() + "." + method.getName());
                    }
                }
            }
        }
        assertEquals(List.of(), missing);
        assertTrue(seen > 20, "only " + seen + " methods were found");
    }

    private static List<Class<?>> classes(Path folder) throws IOException, ClassNotFoundException {
        List<Class<?>> classes = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder.resolve("io/faultline/jenkins"))) {
            for (Path file :
                    files.filter(one -> one.toString().endsWith(".class")).toList()) {
                String name = folder.relativize(file).toString();
                classes.add(Class.forName(
                        name.substring(0, name.length() - ".class".length()).replace('/', '.')));
            }
        }
        return classes;
    }

    /** The index answers to the address of its object. */
    private static String address(Method method) {
        WebMethod named = method.getAnnotation(WebMethod.class);
        String name = named == null ? method.getName().substring(2) : named.name()[0];
        return name.equals("Index")
                ? ""
                : Pattern.quote(name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1));
    }

    /** The lists that a form fills hold nothing for who may not fill the form in. */
    @Test
    void lists_of_credentials_and_services_are_empty_for_strangers() throws Exception {
        JenkinsRule.WebClient browser = watched.browser("nobody");
        for (String path : List.of("{job}autoCompleteServices?value=w", "{builder}autoCompleteService?value=w")) {
            String list = text(browser, "GET", path);
            assertTrue(list.contains("\"suggestions\":[]"), list);
        }
        String credentials = text(browser, "POST+", "{mail}fillCredentialsIdItems");
        assertTrue(
                credentials.endsWith("\"values\":[{\"name\":\"- none -\",\"selected\":false,\"value\":\"\"}]}"),
                credentials);
    }

    @Test
    void who_may_only_know_that_a_job_is_there_sees_the_pages_without_it() throws Exception {
        assertTrue(text(watched.browser("reader"), "GET", "faultline/verdicts").contains("broken #1"));
        assertFalse(
                text(watched.browser("discoverer"), "GET", "faultline/verdicts").contains("broken"));
    }

    /** Who configures jobs need not know which services there are. */
    @Test
    void names_are_not_told_by_the_fields_of_a_job() throws Exception {
        watched.jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ, Item.READ, Item.CONFIGURE)
                .everywhere()
                .to("nobody", "reader")
                .grant(FaultlinePermissions.VIEW)
                .everywhere()
                .to("reader"));
        try {
            for (String field : List.of(
                    "{builder}checkService?value=we", "{step}checkMachine?value=v", "{job}checkServices?value=we")) {
                String path = "job/broken/" + field;
                assertTrue(text(watched.browser("reader"), "POST+", path).contains("did you mean"), field);
                assertFalse(text(watched.browser("nobody"), "POST+", path).contains("did you mean"), field);
            }
        } finally {
            watched.people();
        }
    }

    /** The table again, with the statuses that there were. */
    private static String tried(String table) throws Exception {
        Map<String, JenkinsRule.WebClient> browsers = new LinkedHashMap<>();
        for (String person : PEOPLE) {
            browsers.put(person, watched.browser(person));
        }
        StringBuilder tried = new StringBuilder();
        for (String line : table.lines().toList()) {
            String[] words = line.split(" +");
            StringBuilder statuses = new StringBuilder();
            for (JenkinsRule.WebClient browser : browsers.values()) {
                statuses.append(' ').append(status(browser, words[0], words[1]));
            }
            tried.append(line, 0, line.length() - statuses.length())
                    .append(statuses)
                    .append('\n');
        }
        return tried.toString();
    }

    private static int status(JenkinsRule.WebClient browser, String how, String where) throws Exception {
        return answer(browser, how, where).getStatusCode();
    }

    private static String text(JenkinsRule.WebClient browser, String how, String where) throws Exception {
        return answer(browser, how, where).getContentAsString();
    }

    private static WebResponse answer(JenkinsRule.WebClient browser, String how, String where) throws Exception {
        String path = where;
        for (Map.Entry<String, String> name : SHORT.entrySet()) {
            path = path.replace(name.getKey(), name.getValue());
        }
        WebRequest request = how.equals("GET")
                ? new WebRequest(new URL(watched.jenkins.getURL(), path), HttpMethod.GET)
                : watched.post(browser, path, how.equals("POST+"));
        return browser.loadWebResponse(request);
    }
}
