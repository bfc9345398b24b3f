package io.faultline.peers;

import io.faultline.demo.Ports;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** puppetserver with its own authority, PuppetDB, and the latter's PostgreSQL, all in one folder; and agents of theirs. */
final class PuppetServer implements Closeable {
    /** Both JVMs compile their Clojure at each start; what only the best of compilers gains is never gained back. */
    private static final List<String> JAVA =
            List.of("/usr/bin/java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx512m");

    private static final String NAME = "puppet.example.org";

    private final Path folder;
    private final int port = Ports.free();
    private final int query = Ports.free();
    private final List<RealServer> running = new ArrayList<>();

    /**
     * @param folder of root's; PostgreSQL, which will not run as root, must be able to pass through it
     * @param modules where modules are
     * @param reports the report processors, beside PuppetDB's
     */
    static PuppetServer start(Path folder, Path modules, String reports) throws IOException {
        PuppetServer puppet = new PuppetServer(folder);
        try {
            puppet.begin(modules, reports);
            return puppet;
        } catch (IOException | AssertionError e) {
            puppet.close();
            throw e;
        }
    }

    private PuppetServer(Path folder) throws IOException {
        this.folder = folder;
    }

    private void begin(Path modules, String reports) throws IOException {
        int commands = Ports.free();
        Files.createDirectories(configuration());
        Files.createDirectories(manifest().getParent());
        Files.writeString(configuration().resolve("puppet.conf"), """
                [main]
                user = root
                group = root
                certname = %2$s
                dns_alt_names = localhost
                keylength = 2048
                ssldir = %1$s/ssl
                cadir = %1$s/ca
                [server]
                autosign = true
                storeconfigs = true
                storeconfigs_backend = puppetdb
                reports = puppetdb,%3$s
                basemodulepath = %4$s
                """.formatted(folder, NAME, reports, modules));
        Files.writeString(
                configuration().resolve("puppetdb.conf"),
                "[main]\nserver_urls = https://localhost:%d\n".formatted(commands));
        RealServer.run(
                "puppetserver",
                "ca",
                "setup",
                "--config",
                configuration().resolve("puppet.conf").toString());
        Path logging = Files.writeString(folder.resolve("logback.xml"), """
                <configuration>
                  <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
                    <encoder><pattern>%d{HH:mm:ss.SSS} %-5p %c{2} %m%n</pattern></encoder>
                  </appender>
                  <root level="info"><appender-ref ref="out"/></root>
                </configuration>
                """);
        int database = Ports.free();
        postgres(database);
        RealServer puppetDb = puppetDb(logging, database, commands);
        RealServer server = server(logging);
        puppetDb.saying("Redirecting / to the PuppetDB dashboard");
        server.saying("Puppet Server has successfully started and is now ready to handle requests");
    }

    private void postgres(int port) throws IOException {
        Path programs;
        try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
            programs = versions.max(Comparator.naturalOrder()).orElseThrow().resolve("bin");
        }
        Path home = Files.createDirectories(folder.resolve("postgres"));
        RealServer.run("chown", "postgres:", home.toString());
        String as = "exec setpriv --reuid=postgres --regid=postgres --clear-groups -- ";
        RealServer.run(
                "sh",
                "-c",
                as + programs + "/initdb -D " + home + "/data -A trust --no-sync -U puppetdb -E UTF8 --locale=C");
        started(RealServer.start(
                        home,
                        "sh",
                        "-c",
                        as + programs + "/postgres -F -D " + home + "/data -h 127.0.0.1 -p " + port + " -k " + home))
                .saying("database system is ready to accept connections");
        String[] to = {"-h", "127.0.0.1", "-p", String.valueOf(port), "-U", "puppetdb"};
        RealServer.run(with(to, programs + "/createdb", "puppetdb"));
        RealServer.run(with(to, programs + "/psql", "-c", "create extension pg_trgm", "puppetdb"));
    }

    private RealServer started(RealServer server) {
        running.add(server);
        return server;
    }

    private static String[] with(String[] options, String program, String... more) {
        return Stream.of(Stream.of(program), Stream.of(options), Stream.of(more))
                .flatMap(part -> part)
                .toArray(String[]::new);
    }

    private RealServer puppetDb(Path logging, int database, int commands) throws IOException {
        Path settings = Files.createDirectories(folder.resolve("puppetdb/conf.d"));
        Files.createDirectories(folder.resolve("puppetdb/var"));
        Files.copy(Path.of("/etc/puppetdb/conf.d/auth.conf"), settings.resolve("auth.conf"));
        Files.writeString(settings.resolve("own.ini"), """
                [global]
                vardir = %1$s/puppetdb/var
                logging-config = %2$s
                [database]
                subname = //127.0.0.1:%3$d/puppetdb
                username = puppetdb
                password = none
                [jetty]
                host = 127.0.0.1
                port = %4$d
                ssl-host = 127.0.0.1
                ssl-port = %5$d
                ssl-key = %1$s/ssl/private_keys/%6$s.pem
                ssl-cert = %1$s/ssl/certs/%6$s.pem
                ssl-ca-cert = %1$s/ssl/certs/ca.pem
                """.formatted(folder, logging, database, query, commands, NAME));
        return java(
                "-cp",
                "/usr/share/puppetdb/puppetdb.jar",
                "clojure.main",
                "-m",
                "puppetlabs.puppetdb.core",
                "services",
                "--config",
                settings.toString(),
                "--bootstrap-config",
                "/etc/puppetdb/bootstrap.cfg");
    }

    private RealServer server(Path logging) throws IOException {
        Path debian = Path.of("/etc/puppet/puppetserver");
        Path settings = Files.createDirectories(folder.resolve("puppetserver/conf.d"));
        for (String file : List.of("auth.conf", "ca.conf", "metrics.conf", "web-routes.conf")) {
            Files.copy(debian.resolve("conf.d").resolve(file), settings.resolve(file));
        }
        Files.writeString(settings.resolve("own.conf"), """
                jruby-puppet: {
                  ruby-load-path: [/usr/lib/puppetserver/ruby/vendor_ruby]
                  gem-home: %1$s/gems
                  gem-path: [%1$s/gems, /usr/lib/puppetserver/vendored-jruby-gems]
                  server-conf-dir: %2$s
                  server-code-dir: %1$s/code
                  server-var-dir: %1$s/var
                  server-run-dir: %1$s/run
                  server-log-dir: %1$s/log
                  max-active-instances: 1
                }
                global: { logging-config: %3$s }
                webserver: { client-auth: want, ssl-host: 127.0.0.1, ssl-port: %4$d }
                """.formatted(folder, configuration(), logging, port));
        return java(
                "-Djruby.lib=/usr/share/jruby/lib",
                "-jar",
                "/usr/share/puppetserver/puppetserver.jar",
                "--config",
                settings.toString(),
                "--bootstrap-config",
                debian.resolve("services.d").toString());
    }

    private RealServer java(String... arguments) throws IOException {
        return started(RealServer.start(
                folder,
                Map.of("HOME", folder.toString()),
                Stream.concat(JAVA.stream(), Stream.of(arguments)).toArray(String[]::new)));
    }

    /** Where puppet.conf and the settings of report processors stand. */
    Path configuration() {
        return folder.resolve("conf");
    }

    private Path manifest() {
        return folder.resolve("code/environments/production/manifests/site.pp");
    }

    /** What the nodes are to be, from now on. */
    void site(String manifest) throws IOException {
        Files.writeString(manifest(), manifest);
    }

    /** One run of a node's agent, of which nothing may fail; gives what it says. */
    String run(String node) throws IOException {
        Path home = Files.createDirectories(folder.resolve("agents").resolve(node));
        Files.writeString(home.resolve("puppet.conf"), """
                [main]
                certname = %2$s
                server = localhost
                serverport = %3$d
                keylength = 2048
                vardir = %1$s/var
                ssldir = %1$s/ssl
                rundir = %1$s/run
                publicdir = %1$s/public
                """.formatted(home, node, port));
        // --test would answer 2 to each change.
        return RealServer.run(
                Map.of("HOME", home.toString()),
                "puppet",
                "agent",
                "--onetime",
                "--no-daemonize",
                "--verbose",
                "--no-splay",
                "--no-usecacheonfailure",
                "--color=false",
                "--logdest=console",
                "--confdir=" + home);
    }

    /** Waits until PuppetDB, which stores after the run, knows so many exported resources. */
    void exported(int resources) throws IOException {
        String address = "http://127.0.0.1:" + query + "/pdb/query/v4";
        RealServer.run("timeout", "180", "sh", "-c", """
                until curl -sSf -G "$1" --data-urlencode "query=resources[count()] { exported = true }" | grep -q "$2"; do
                  sleep 0.2
                done
                """, "sh", address, "\"count\":" + resources + "}");
    }

    @Override
    public void close() {
        running.forEach(RealServer::close);
    }
}
