package io.faultline.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.catalog.Catalog;
import io.faultline.catalog.CatalogReader;
import io.faultline.catalog.CheckDefinition;
import io.faultline.catalog.Importance;
import io.faultline.catalog.Service;
import io.faultline.checks.CheckTypes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The Puppet module, applied by a real Puppet; what it writes is read as a catalogue. */
@RealPeers
class PuppetModulePeersTest {
    private static final Path MODULES = Path.of("resources/puppet").toAbsolutePath();

    @TempDir
    Path folder;

    private Path configuration;
    private Path spool;

    @BeforeEach
    void configure() throws IOException {
        configuration = Files.createDirectories(folder.resolve("puppet"));
        spool = Files.createDirectories(folder.resolve("spool"));
        Files.writeString(configuration.resolve("faultline.yaml"), "spool: " + spool + "\nnames: full\n");
    }

    private String apply(String manifest, String... more) throws IOException {
        Path file = Files.writeString(folder.resolve("site.pp"), manifest);
        return RealServer.run(Stream.concat(
                        Stream.of(
                                "puppet",
                                "apply",
                                "--color=false",
                                "--modulepath=" + MODULES,
                                "--confdir=" + configuration,
                                "--vardir=" + folder.resolve("var"),
                                "--certname=web1.example.org",
                                "--report",
                                "--reports=faultline"),
                        Stream.concat(Stream.of(more), Stream.of(file.toString())))
                .toArray(String[]::new));
    }

    private String controller(String resources) {
        return "class { 'faultline::controller': folder => '" + folder + "/catalog', collect => false }\n" + resources;
    }

    @Test
    void theModuleIsCleanForPuppetAndItsLint() throws IOException {
        String module = MODULES.resolve("faultline").toString();
        String[] parts = {module + "/manifests", module + "/types", module + "/functions"};
        assertThat(RealServer.run(Stream.concat(Stream.of("puppet-lint", "--fail-on-warnings"), Stream.of(parts))
                        .toArray(String[]::new)))
                .isEmpty();
        RealServer.run(Stream.concat(Stream.of("puppet", "parser", "validate"), Stream.of(parts))
                .toArray(String[]::new));
    }

    @Test
    void aCheckIsAFileOfTheCatalogueAndGoesWithItsResource() throws IOException {
        String other = """
                faultline::check { 'mail': type => 'smtp', options => { 'server' => 'mail.example.org' } }
                """;
        apply(controller(other + """
                faultline::check { 'http-web1':
                  type       => 'http',
                  options    => { 'url' => 'https://web1.example.org/', 'every' => '1m', 'contains' => "it's: \\"fine\\" # yes" },
                  purpose    => 'Shows: our "pages"',
                  depends_on => ['web1'],
                  importance => 'high',
                }
                faultline::machine { 'web1':
                  address => 'web1.example.org',
                  checks  => [{ 'type' => 'tcp', 'server' => 'web1.example.org:22' }],
                }
                """));

        Catalog catalog = read();
        assertThat(catalog.problems()).isEmpty();
        Service web = (Service) catalog.subject("http-web1").orElseThrow();
        assertThat(web.purpose()).isEqualTo("Shows: our \"pages\"");
        assertThat(web.ownImportance()).isEqualTo(Importance.HIGH);
        assertThat(web.dependsOn()).containsExactly("web1");
        CheckDefinition check = web.checks().get(0);
        assertThat(check.every()).isEqualTo(Duration.ofMinutes(1));
        assertThat(check.check().toString()).contains("it's: \"fine\" # yes");
        assertThat(catalog.machine("web1").orElseThrow().checks()).hasSize(1);

        apply(controller(other));

        assertThat(read().checks().map(one -> one.id().toString())).containsExactly("mail/smtp");
        assertThat(read().machines()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "faultline::check { 'evil': type => 'nagios', options => { 'plugin' => '/bin/sh' } }"
                        + "| checks of the type nagios are not taken from Puppet",
                "faultline::check { 'evil': type => 'http', options => { 'url' => 'https://evil.example.org/', 'user' => 'x',"
                        + " 'password' => { 'secret' => 'trigger-token' } } }"
                        + "| the secret trigger-token is not given to checks from Puppet",
                "faultline::machine { 'evil': address => 'a.example.org', checks => [{ 'type' => 'nagios', 'plugin' => '/bin/sh' }] }"
                        + "| checks of the type nagios are not taken from Puppet",
                "faultline::machine { 'evil': address => 'a.example.org', checks => [{ 'type' => 'ssh', 'user' => 'x',"
                        + " 'key' => { 'secret' => 'root-key' } }] }"
                        + "| the secret root-key is not given to checks from Puppet",
            })
    void programsAndSecretsOfTheControllerAreNotForEverybody(String resource, String told) throws IOException {
        apply(controller(resource + """

                faultline::check { 'mail': type => 'smtp', options => { 'server' => 'mail.example.org' } }
                """));

        Catalog catalog = read();
        assertThat(catalog.checks().map(one -> one.id().toString())).containsExactly("mail/smtp");
        assertThat(catalog.problems()).first().asString().contains("evil").contains("refused");
        try (Stream<Path> files = Files.walk(folder.resolve("catalog"))) {
            Path file = files.filter(one -> one.toString().contains("evil") && Files.isRegularFile(one))
                    .findFirst()
                    .orElseThrow();
            assertThat(file).content().contains("refused: ", told);
        }
    }

    @Test
    void secretsThatAreAllowedAreGiven() throws IOException {
        apply(controller("""
                        faultline::check { 'pages': type => 'http', options => { 'url' => 'https://www.example.org/', 'user' => 'x',
                          'password' => { 'secret' => 'pages' } } }
                        faultline::machine { 'web1': address => 'a.example.org', facts_origin => { 'ssh' => { 'user' => 'faultline',
                          'key' => { 'secret' => 'facts-key' }, 'known-hosts' => '/etc/hosts' } }, checks => [{ 'type' => 'facts' }] }
                        """).replace("collect =>", "allowed_secrets => ['pages'], collect =>"));

        Catalog catalog = read();
        assertThat(catalog.checks().map(one -> one.id().toString())).containsExactly("pages/http", "web1/facts");
        assertThat(catalog.problems()).isEmpty();
        assertThat(catalog.machine("web1")).isPresent();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "faultline::check { 'evil': type => 'http', options => { 'type' => 'nagios' } } | the type stands in 'type'",
                "faultline::check { '../evil': type => 'http' }                                 | Faultline::Name",
                "faultline::check { '../evil': type => 'http', service => 'a' }                 | Faultline::Name",
                "faultline::machine { 'x/../../../../../root': address => 'a.example.org' }      | Faultline::Name",
            })
    void whatPointsElsewhereIsNoResource(String resource, String told) {
        assertThatThrownBy(() -> apply(controller(resource)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(told);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "credentials => Sensitive('user = \"a:b\"') | true",
                "key => '/etc/ssh/ssh_host_ed25519_key'     | false",
            })
    void aMachineTellsByCredentialsOrByItsOwnKey(String proof, boolean credentials) throws IOException {
        String said = apply(
                "class { 'faultline::notify': url => 'https://a.example.org/trigger', machine => 'web1', " + proof
                        + " }",
                "--noop");

        assertThat(said).contains("notify.conf").doesNotContain("a:b");
        assertThat(said.contains("notify.curl")).isEqualTo(credentials);
    }

    @Test
    void aRunThatChangedOrFailedSomethingIsToldAndNoOther() throws IOException {
        String manifest = "file { '%s/file': ensure => file, content => 'x' }".formatted(folder);
        apply(manifest, "--noop");
        assertThat(events()).isEmpty();
        apply(manifest);
        assertThat(events())
                .singleElement()
                .asString()
                .matches(
                        "machine=web1\\.example\\.org&event=puppet-run&status=changed&boot-id=&id=[0-9a-f-]{36}&at=\\d{10}");
        Files.delete(spool.resolve("web1.example.org.puppet-run.event"));
        apply(manifest);
        assertThat(events()).isEmpty();
        apply("exec { '/bin/false': }");
        assertThat(events()).singleElement().asString().contains("status=failed");
    }

    @Test
    void aSpoolThatIsNotThereFailsNoRun() throws IOException {
        Files.delete(spool);

        String said = apply("file { '%s/file': ensure => file, content => 'x' }".formatted(folder));

        assertThat(said)
                .contains("the run of web1.example.org cannot be told: No such file or directory", "Applied catalog");
    }

    private List<String> events() throws IOException {
        try (Stream<Path> files = Files.list(spool)) {
            return files.map(file -> {
                        try {
                            return Files.readString(file);
                        } catch (IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        }
                    })
                    .toList();
        }
    }

    private Catalog read() {
        return CatalogReader.read(List.of(folder.resolve("catalog")), CheckTypes.ALL, folder.resolve("state.db"));
    }
}
