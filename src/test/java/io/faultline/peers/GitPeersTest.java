package io.faultline.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.check.Result;
import io.faultline.check.Status;
import io.faultline.checks.Trial;
import io.faultline.demo.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** git daemon, git over OpenSSH, and git-http-backend behind nginx with TLS. */
@RealPeers
class GitPeersTest {
    @TempDir
    static Path folder;

    private static int daemonPort;
    private static RealServer daemon;
    private static Sshd sshd;
    private static RealServer fcgi;
    private static RealServer nginx;
    private static int httpsPort;

    @BeforeAll
    static void start() throws IOException {
        Path work = Files.createDirectory(folder.resolve("work"));
        Map<String, String> who = Map.of(
                "GIT_AUTHOR_NAME", "Ada",
                "GIT_AUTHOR_EMAIL", "ada@example.org",
                "GIT_COMMITTER_NAME", "Ada",
                "GIT_COMMITTER_EMAIL", "ada@example.org",
                "GIT_COMMITTER_DATE", "2026-11-20T12:00:00Z",
                "HOME", folder.toString());
        RealServer.run("git", "init", "-q", "-b", "main", work.toString());
        Files.writeString(work.resolve("file"), "content\n");
        RealServer.run(who, "git", "-C", work.toString(), "add", "file");
        RealServer.run(who, "git", "-C", work.toString(), "commit", "-q", "-m", "First");
        RealServer.run(who, "git", "-C", work.toString(), "tag", "v1");
        Path repositories = Files.createDirectory(folder.resolve("git"));
        Path open = repositories.resolve("open.git");
        RealServer.run(who, "git", "clone", "-q", "--bare", work.toString(), open.toString());
        Files.createFile(open.resolve("git-daemon-export-ok"));
        RealServer.run(who, "git", "clone", "-q", "--bare", work.toString(), repositories + "/closed.git");
        RealServer.run(who, "git", "init", "-q", "--bare", repositories + "/empty.git");
        Files.createFile(repositories.resolve("empty.git/git-daemon-export-ok"));
        Path many = repositories.resolve("many.git");
        RealServer.run(who, "git", "clone", "-q", "--bare", work.toString(), many.toString());
        Files.createFile(many.resolve("git-daemon-export-ok"));
        String commit = Files.readString(many.resolve("packed-refs"))
                .lines()
                .filter(line -> line.endsWith(" refs/heads/main"))
                .findFirst()
                .orElseThrow()
                .substring(0, 40);
        StringBuilder refs = new StringBuilder();
        for (int i = 10_000; i < 80_000; i++) {
            refs.append(commit).append(" refs/heads/a").append(i).append("/head\n");
        }
        Files.writeString(many.resolve("packed-refs"), refs + commit + " refs/heads/main\n");
        RealServer.run("chmod", "-R", "a+rX", folder.toString());

        daemonPort = Ports.free();
        daemon = RealServer.start(
                        folder,
                        "/usr/lib/git-core/git-daemon",
                        "--listen=127.0.0.1",
                        "--port=" + daemonPort,
                        "--base-path=" + repositories,
                        "--informative-errors",
                        repositories.toString())
                .listening(daemonPort);
        sshd = Sshd.start(Files.createDirectory(folder.resolve("ssh")), "");
        https(repositories);
    }

    private static void https(Path repositories) throws IOException {
        Path home = Files.createDirectory(folder.resolve("https"));
        PeerCertificate.make(home);
        httpsPort = Ports.free();
        int fcgiPort = Ports.free();
        fcgi = RealServer.start(
                        home, Map.of("HOME", home.toString()), "/usr/sbin/fcgiwrap", "-s", "tcp:127.0.0.1:" + fcgiPort)
                .listening(fcgiPort);
        nginx = Nginx.start(home, """
                server {
                  listen 127.0.0.1:%d ssl;
                  ssl_certificate %s/cert.pem;
                  ssl_certificate_key %s/key.pem;
                  location /secret/ { return 403; }
                  location / {
                    include /etc/nginx/fastcgi_params;
                    fastcgi_param SCRIPT_FILENAME /usr/lib/git-core/git-http-backend;
                    fastcgi_param GIT_PROJECT_ROOT %s;
                    fastcgi_param PATH_INFO $uri;
                    fastcgi_pass 127.0.0.1:%d;
                  }
                }
                """.formatted(httpsPort, home, home, repositories, fcgiPort))
                .listening(httpsPort);
    }

    @AfterAll
    static void stop() {
        daemon.close();
        sshd.close();
        nginx.close();
        fcgi.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "open.git   | {refs: [main, v1], branch: main, max-age: 30d} | OK       | committed: 2026-11-20T12:00:00Z",
                "open.git   | refs: [stable]                                | CRITICAL | there is no ref stable",
                "open.git   | branch: stable                                | CRITICAL | the branch stable cannot be fetched",
                "open.git   | {branch: main, max-age: 1d}                   | CRITICAL | old, expected at most 1d",
                "missing.git |                                              | CRITICAL | the repository cannot be read",
                "missing.git | access: refused                              | OK       | refused, as it should be",
                "open.git   | access: refused                               | CRITICAL | can be read, though it must not",
                "many.git   | refs: [main]                                  | OK       | the refs can be listed",
                "many.git   | refs: [stable]                                | CRITICAL | there is no ref stable",
                "empty.git  |                                               | CRITICAL | there are no refs",
            })
    void repositories_are_judged_over_every_protocol(String name, String more, Status status, String shown) {
        String lines = more == null
                ? ""
                : more.startsWith("{")
                        ? more.substring(1, more.length() - 1)
                                .replace(", b", "\nb")
                                .replace(", m", "\nm")
                        : more;
        for (String scheme : new String[] {"git", "ssh", "https"}) {
            trial(scheme, name, lines).expect(status, shown);
        }
    }

    private static Trial trial(String scheme, String name, String lines) {
        Trial trial = switch (scheme) {
            case "git" -> Trial.of("git", "url: git://127.0.0.1:" + daemonPort + "/" + name, lines);
            case "ssh" ->
                Trial.of("git", "url: ssh://" + sshd.address() + folder + "/git/" + name, sshd.login(), lines);
            default ->
                Trial.of(
                        "git",
                        "url: https://127.0.0.1:" + httpsPort + "/" + name,
                        "ca-file: " + folder + "/https/cert.pem",
                        lines);
        };
        return trial.at(java.time.Instant.parse("2026-11-22T12:00:00Z"));
    }

    @Test
    void what_is_not_exported_is_refused() {
        assertThat(Trial.shown(trial("git", "closed.git", "").run()))
                .startsWith("CRITICAL the repository cannot be read")
                .contains("repository not exported");
        assertThat(trial("git", "closed.git", "access: refused").run().status()).isEqualTo(Status.OK);
        assertThat(Trial.shown(trial("https", "secret/r.git", "").run())).contains("403");
        assertThat(trial("https", "secret/r.git", "access: refused").run().status())
                .isEqualTo(Status.OK);
    }

    @Test
    void an_unknown_certificate_and_an_unknown_key_are_refused() throws IOException {
        Result https = Trial.of("git", "url: https://127.0.0.1:" + httpsPort + "/open.git")
                .run();
        assertThat(Trial.shown(https)).startsWith("CRITICAL").contains("certificate");
        Path other = Files.createDirectories(folder.resolve("other"));
        Sshd.key(other.resolve("key"));
        Result ssh = Trial.of(
                        "git",
                        "url: ssh://" + sshd.address() + folder + "/git/open.git",
                        sshd.login()
                                .replace(
                                        sshd.clientKey().toString(),
                                        other.resolve("key").toString()))
                .run();
        assertThat(Trial.shown(ssh)).startsWith("CRITICAL the login is refused");
        Files.writeString(other.resolve("hosts"), "");
        Result host = Trial.of(
                        "git",
                        "url: ssh://" + sshd.address() + folder + "/git/open.git",
                        sshd.login()
                                .replace(
                                        sshd.knownHosts().toString(),
                                        other.resolve("hosts").toString()))
                .run();
        assertThat(Trial.shown(host)).startsWith("CRITICAL the host key is not known");
    }

    @Test
    void a_server_that_stands_still_ends_in_time() throws IOException {
        daemon.freeze();
        try {
            trial("git", "open.git", "").expectNoEnd();
        } finally {
            daemon.thaw();
        }
    }

    @Test
    void more_bytes_than_allowed_are_not_read() throws IOException {
        Result result = trial("git", "open.git", "branch: main").budget(300).run();
        assertThat(Trial.shown(result)).startsWith("CRITICAL").contains("more than 300 bytes received");
    }
}
