package io.faultline.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.catalog.Catalog;
import io.faultline.catalog.CatalogReader;
import io.faultline.catalog.CheckDefinition;
import io.faultline.catalog.Machine;
import io.faultline.check.Fact;
import io.faultline.check.Measurement;
import io.faultline.check.Result;
import io.faultline.checks.CheckTypes;
import io.faultline.history.CheckState;
import io.faultline.history.Observation;
import io.faultline.history.Transition;
import io.faultline.report.NagiosLines;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * More than 200 services in the form that Puppet 7 writes them, compared with what Nagios 4 makes of the same files:
 * its object cache after {@code nagios4 -v -p}.
 */
@RealPeers
class NagiosPeersTest {
    private static final int HOSTS = 40;
    private static final double MINUTE = 60_000;

    @TempDir
    static Path folder;

    private static Catalog catalog;
    private static List<Map<String, String>> hosts;
    private static List<Map<String, String>> services;

    @BeforeAll
    static void both() throws IOException {
        Path objects = Files.createDirectories(folder.resolve("objects"));
        Files.writeString(objects.resolve("resource.cfg"), "$USER1$=/usr/lib/nagios/plugins\n");
        Files.writeString(objects.resolve("nagios_host.cfg"), hostFile());
        Files.writeString(objects.resolve("nagios_service.cfg"), serviceFile());
        Files.writeString(objects.resolve("nagios_command.cfg"), COMMANDS);
        Files.writeString(objects.resolve("nagios_others.cfg"), OTHERS);

        String user = System.getProperty("user.name");
        Path main = Files.writeString(folder.resolve("main"), """
                log_file=%1$s/log
                cfg_dir=%1$s/objects
                resource_file=%1$s/objects/resource.cfg
                object_cache_file=%1$s/cache
                precached_object_file=%1$s/precached
                status_file=%1$s/status
                state_retention_file=%1$s/retention
                temp_file=%1$s/temp
                temp_path=%1$s
                check_result_path=%1$s
                lock_file=%1$s/lock
                use_syslog=0
                nagios_user=%2$s
                nagios_group=%3$s
                """.formatted(
                        folder, user, RealServer.run("id", "-gn").strip()));
        // A resource file in a folder of object files is read as objects too, and refused: for Nagios it is moved away.
        Files.move(objects.resolve("resource.cfg"), folder.resolve("resource.cfg"));
        Files.writeString(
                main, Files.readString(main).replace(folder + "/objects/resource.cfg", folder + "/resource.cfg"));
        RealServer.run("nagios4", "-v", "-p", main.toString());
        hosts = objects("host");
        services = objects("service");
        catalog = CatalogReader.read(
                List.of(objects, folder.resolve("resource.cfg")), CheckTypes.ALL, folder.resolve("state.db"));
    }

    @Test
    void allIsUnderstood() {
        assertThat(catalog.problems()).isEmpty();
        assertThat(services).hasSizeGreaterThan(200);
    }

    @Test
    void theHostsAreTheSame() {
        assertThat(hosts).hasSize(HOSTS);
        assertThat(catalog.machines().stream()
                        .map(machine -> machine.name() + " " + machine.address() + " " + machine.dependsOn())
                        .toList())
                .containsExactlyInAnyOrderElementsOf(hosts.stream()
                        .map(host -> host.get("host_name") + " " + host.get("address") + " "
                                + (host.containsKey("parents") ? List.of(host.get("parents")) : List.of()))
                        .toList());
    }

    @Test
    void servicesAreTestedAsOftenAndAsPatiently() {
        Set<String> theirs = new TreeSet<>();
        services.forEach(service -> theirs.add(line(
                service.get("host_name"),
                service.get("service_description"),
                minutes(service.get("check_interval")),
                minutes(service.get("retry_interval")),
                service.get("max_check_attempts"))));
        hosts.stream()
                .filter(host -> host.containsKey("check_command"))
                .forEach(host -> theirs.add(line(
                        host.get("host_name"),
                        "host",
                        minutes(host.get("check_interval")),
                        minutes(host.get("retry_interval")),
                        host.get("max_check_attempts"))));
        Set<String> ours = new TreeSet<>();
        catalog.checks()
                .forEach(check -> ours.add(line(
                        check.id().subject(),
                        check.title(),
                        check.every().toMillis(),
                        check.retryEvery().toMillis(),
                        String.valueOf(check.failuresBeforeAlert()))));

        assertThat(ours).containsExactlyElementsOf(theirs);
    }

    /** Nagios' cache has the call only; its macros are put in here by hand, for the three commands that there are. */
    @Test
    void servicesAreTestedWithTheSameCommands() {
        Map<String, String> calls = new HashMap<>();
        services.forEach(service -> calls.put(
                service.get("host_name") + "/" + service.get("service_description"), service.get("check_command")));
        for (Machine machine : catalog.machines()) {
            for (CheckDefinition check : machine.checks()) {
                String call = calls.remove(machine.name() + "/" + check.title());
                if (call != null) {
                    String[] parts = call.split("!");
                    String expected = switch (parts[0]) {
                        case "tcp" -> "check_tcp, arguments=[-H, " + machine.address() + ", -p, " + parts[1] + "]";
                        case "http" ->
                            "check_http, arguments=[-I, " + machine.address() + ", -H, "
                                    + parts[1].replace("$HOSTNAME$", machine.name())
                                    + parts[2].replace(" ", ", ").replaceFirst("^", ", ") + "]";
                        default -> "check_disk, arguments=[-w, 10%, -p, /srv/" + machine.name() + "]";
                    };
                    assertThat(check.check().toString()).contains("/usr/lib/nagios/plugins/" + expected);
                }
            }
        }
        assertThat(calls).isEmpty();
    }

    /** The other way round: Nagios takes our results in through its command file. */
    @Test
    void nagiosTakesOurResults() throws IOException {
        Path main = folder.resolve("running");
        Files.writeString(main, Files.readString(folder.resolve("main")) + """
                check_external_commands=1
                command_file=%1$s/command
                execute_service_checks=0
                execute_host_checks=0
                log_passive_checks=1
                status_update_interval=1
                """.formatted(folder));
        CheckDefinition check = catalog.checks()
                .filter(one -> one.title().equals("By group"))
                .findFirst()
                .orElseThrow();
        Observation observation = new Observation(
                check.id(),
                Instant.now(),
                Duration.ZERO,
                Result.critical("no answer; nobody | nothing", Fact.expected("220"))
                        .with(new Measurement("time", 1.5, "s", OptionalDouble.of(1), OptionalDouble.empty())));
        try (RealServer nagios = RealServer.start(folder, "nagios4", main.toString())) {
            nagios.making(folder.resolve("command"));
            try (OutputStream command = Files.newOutputStream(folder.resolve("command"), StandardOpenOption.WRITE)) {
                new NagiosLines(command, catalog)
                        .recorded(new Transition(observation, Optional.empty(), CheckState.first(observation, 1)));
            }
            String status = nagios.writing(folder.resolve("status"), "performance_data='time'=1.5s;1");
            // Nagios itself makes a colon of a semicolon here.
            assertThat(status)
                    .contains("plugin_output=no answer: nobody / nothing\n", "long_plugin_output=expected: 220");
        }
    }

    private static long minutes(String number) {
        return Math.round(Double.parseDouble(number) * MINUTE);
    }

    private static String line(String host, String description, long every, long retryEvery, String attempts) {
        return host + "/" + description + " every " + every + " ms, again after " + retryEvery + " ms, " + attempts
                + " times";
    }

    /** The objects of a type in the cache: lines of name, tab and value. */
    private static List<Map<String, String>> objects(String type) throws IOException {
        List<Map<String, String>> all = new ArrayList<>();
        Map<String, String> open = null;
        for (String line : Files.readAllLines(folder.resolve("precached"))) {
            if (line.equals("define " + type + " {")) {
                open = new HashMap<>();
            } else if (line.strip().equals("}")) {
                if (open != null) {
                    all.add(open);
                }
                open = null;
            } else if (open != null) {
                String[] parts = line.strip().split("\t", 2);
                open.put(parts[0], parts.length > 1 ? parts[1] : "");
            }
        }
        return all;
    }

    private static final String COMMANDS = """
            # HEADER: This file was autogenerated at 2026-01-01 00:00:00 +0000
            # HEADER: by puppet.  While it can still be managed manually, it
            # HEADER: is definitely not recommended.
            define command {
            \tcommand_line                   $USER1$/check_ping -H $HOSTADDRESS$ -w 3000.0,80% -c 5000.0,100% -p 5
            \tcommand_name                   check-host-alive
            }

            define command {
            \tcommand_line                   $USER1$/check_http -I $HOSTADDRESS$ -H $ARG1$ $ARG2$
            \tcommand_name                   http
            }

            define command {
            \tcommand_line                   $USER1$/check_tcp -H '$HOSTADDRESS$' -p $ARG1$
            \tcommand_name                   tcp
            }

            define command {
            \tcommand_line                   $USER1$/check_disk -w "10%" -p $_HOSTDISK$
            \tcommand_name                   disk
            }
            """;

    private static final String OTHERS = """
            define timeperiod {
            \ttimeperiod_name                24x7
            \talias                          always
            \tmonday                         00:00-24:00
            }

            define contact {
            \tcontact_name                   root
            \thost_notifications_enabled     0
            \tservice_notifications_enabled  0
            \thost_notification_period       24x7
            \tservice_notification_period    24x7
            \thost_notification_options      n
            \tservice_notification_options   n
            \thost_notification_commands     check-host-alive
            \tservice_notification_commands  check-host-alive
            }

            define contactgroup {
            \tcontactgroup_name              admins
            \tmembers                        root
            }

            define hostgroup {
            \thostgroup_name                 even
            }

            define hostgroup {
            \thostgroup_name                 odd
            \tmembers                        node01,node03 , node05
            }

            define hostgroup {
            \thostgroup_name                 some
            \thostgroup_members              odd
            \tmembers                        node10
            }
            """;

    private static String hostFile() {
        StringBuilder file = new StringBuilder("""
                define host {
                \tcheck_command                  check-host-alive
                \tcontact_groups                 admins
                \tname                      generic-host
                \tmax_check_attempts             10
                \tnotification_period            24x7
                \tregister                       0
                \tretry_interval                 2
                }
                """);
        for (int i = 1; i <= HOSTS; i++) {
            String name = "node%02d".formatted(i);
            file.append("""

                    define host {
                    \taddress                        192.0.2.%d
                    \talias                          Number %d\\; a machine
                    \thost_name                      %s
                    \tuse                            generic-host
                    \t_disk                          /srv/%s
                    """.formatted(i, i, name, name));
            file.append(i > 20 ? "\tparents                        node%02d\n".formatted(i - 20) : "");
            file.append(i % 2 == 0 ? "\thostgroups                     even\n" : "");
            file.append(i % 7 == 0 ? "\tcheck_interval                 2.5\n" : "");
            file.append("}\n");
        }
        return file.toString();
    }

    private static String serviceFile() {
        StringBuilder file = new StringBuilder("""
                define service {
                \tname                generic-service
                \tcheck_interval                 10
                \tcheck_period                   24x7
                \tcontact_groups                 admins
                \tmax_check_attempts             3
                \tnotification_interval          60
                \tnotification_period            24x7
                \tregister                       0
                \tretry_interval                 2
                }

                define service {
                \tname                often
                \tnormal_check_interval          0.5
                \tretry_check_interval           0.25
                \thost_name                      node02
                \tregister                       0
                }

                define service {
                \tname                patient
                \tmax_check_attempts             9
                \tregister                       0
                \tuse                            generic-service
                }
                """);
        String[] uses = {"generic-service", "often,generic-service", "patient", "often,patient"};
        for (int i = 1; i <= 160; i++) {
            String host = "node%02d".formatted(1 + i % HOSTS);
            file.append("""

                    define service {
                    \t## --PUPPET_NAME-- (called '_naginator_name' in the manifest)                service %1$d
                    \tcheck_command                  %2$s
                    \thost_name                      %3$s
                    \tservice_description            Service %1$d
                    \tuse                            %4$s
                    }
                    """.formatted(
                            i,
                            i % 3 == 0 ? "tcp!" + (1000 + i) : i % 3 == 1 ? "http!www.$HOSTNAME$!-w 5 -c " + i : "disk",
                            i % 10 == 9 ? "node01," + host + ",node40" : host,
                            uses[i % uses.length]));
        }
        return file
                + service("hostgroup_name                 even", "By group", "generic-service")
                + service("hostgroup_name                 some,!odd", "Not the odd ones", "patient")
                + service(
                        "hostgroup_name                 odd\n\thost_name                      +node07",
                        "Odd",
                        "often,patient")
                + service("host_name                      *,!node01,!node02", "Nearly everywhere", "generic-service")
                + service("hostgroup_name                 even", "Twice", "generic-service")
                + service("host_name                      node04", "Twice", "patient");
    }

    private static String service(String where, String description, String use) {
        return """

                define service {
                \tcheck_command                  tcp!25
                \t%s
                \tservice_description            %s
                \tuse                            %s
                }
                """.formatted(where, description, use);
    }
}
