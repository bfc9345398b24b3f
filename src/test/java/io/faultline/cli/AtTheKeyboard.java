package io.faultline.cli;

import io.faultline.demo.HttpPeer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/** A person in an empty folder, who writes files and calls commands. */
abstract class AtTheKeyboard {
    @TempDir
    Path folder;

    /** What a command answered. */
    record Said(int code, String out, String err) {}

    InstantSource clock() {
        return InstantSource.system();
    }

    /** What the environment has besides the folder for the state. */
    Map<String, String> environment() {
        return Map.of();
    }

    Said run(String... arguments) {
        Map<String, String> environment = new HashMap<>(environment());
        environment.put("STATE_DIRECTORY", folder.resolve("state").toString());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Host host = new Host(
                clock(),
                ZoneOffset.UTC,
                environment,
                folder,
                folder,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false);
        int code = Main.run(host, arguments);
        return new Said(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    void file(String name, String content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    /** A catalogue of one service with one check, and a team that is told. */
    void describe(HttpPeer web, String defaults) throws IOException {
        file("catalog/controller.yaml", "team: sysadmins\ndefaults: {" + defaults + "}\n");
        file("catalog/teams.yaml", "teams:\n  sysadmins: {mail: [sysadmins@example.org]}\n");
        file("catalog/web.yaml", """
                service: web
                purpose: Shows pages.
                importance: high
                checks:
                  - {type: http, url: "%s", contains: fine}
                """.formatted(web.uri("/")));
    }
}
