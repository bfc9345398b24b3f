package io.faultline.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.catalog.AlertPolicy.Heartbeat;
import io.faultline.check.Result;
import io.faultline.demo.HttpPeer;
import io.faultline.history.QueuedMail;
import io.faultline.net.SystemResolver;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Signs of life that a file, a web server and the outbox really get, and do not get when something is wrong. */
class HeartTest {
    private final World world = World.example();
    private HttpPeer server;

    @TempDir
    Path folder;

    @BeforeEach
    void start() throws IOException {
        server = HttpPeer.start().page("/alive", "text/plain", "thanks");
        world.results("dns/soa", Result.ok("fine"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Heart heart(URI ping) {
        Heartbeat all = new Heartbeat(
                Duration.ofMinutes(1),
                Optional.of(folder.resolve("alive")),
                Optional.of(ping),
                Optional.of("watch@else.example.net"),
                Duration.ofDays(1));
        return new Heart(
                all, world.catalog(), world.history(), Optional.of(World.SENDER), new SystemResolver(), World.ZONE);
    }

    private Heart heart() {
        return heart(server.uri("/alive"));
    }

    @Test
    void beatsInEveryWay() throws IOException {
        assertThat(heart().beat(world.now())).isEmpty();
        assertThat(folder.resolve("alive")).hasContent(world.now() + "\n");
        assertThat(server.requests()).isEqualTo(1);
        assertThat(world.mails()).singleElement().satisfies(mail -> {
            assertThat(mail.recipients()).containsExactly("watch@else.example.net");
            assertThat(mail.content()).contains("Subject: [faultline] alive", "1 checks");
        });
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void oneMailADayHoweverOftenItBeatsAndRestarts() {
        for (int i = 0; i < 3; i++) {
            heart().beat(world.now());
            world.pass(Duration.ofMinutes(1));
        }
        assertThat(world.mails()).hasSize(1);
        world.pass(Duration.ofDays(1)).results("dns/soa", Result.ok("fine"));
        heart().beat(world.now());
        assertThat(world.mails()).hasSize(2);
    }

    @Test
    void stopsWhenNoResultsAreStored() {
        world.pass(Duration.ofMinutes(16));
        assertThat(heart().beat(world.now()))
                .containsExactly("no sign of life is given: the newest result is 16 min old");
        assertNothing();
    }

    @Test
    void stopsWhenMailCannotBeSent() {
        world.certainly("dns/soa", Result.critical("no answer"));
        QueuedMail mail = world.mails().get(0);
        world.history().mailFailed(mail.messageId(), world.now(), "the mail server cannot be used: refused");
        assertThat(heart().beat(world.now().plus(Duration.ofMinutes(4)))).isEmpty();
        world.pass(Duration.ofMinutes(31)).results("dns/soa", Result.critical("no answer"));
        assertThat(heart().beat(world.now())).singleElement().asString().contains("the mail server cannot be used");
    }

    @Test
    void stopsWhenMailIsPutOffForLongAndNoneLeaves() {
        world.certainly("dns/soa", Result.critical("no answer"));
        QueuedMail mail = world.mails().get(0);
        world.history().mailFailed(mail.messageId(), world.now(), "the mail server puts it off: 451 disk full");
        world.pass(Duration.ofMinutes(29)).results("dns/soa", Result.critical("no answer"));
        assertThat(heart().beat(world.now())).isEmpty();
        world.pass(Duration.ofMinutes(2)).results("dns/soa", Result.critical("no answer"));
        assertThat(heart().beat(world.now())).singleElement().asString().contains("451 disk full");

        QueuedMail later = world.mails().get(1);
        world.history().mailSent(later.messageId(), world.now());
        assertThat(heart().beat(world.now()))
                .as("others leave, so it is about that one mail")
                .isEmpty();
    }

    @Test
    void oneSignThatFailsDoesNotHinderTheOthers() throws IOException {
        assertThat(heart(server.uri("/nothing-here")).beat(world.now()))
                .singleElement()
                .asString()
                .contains("it answered 404");
        assertThat(folder.resolve("alive")).exists();
        assertThat(world.mails()).hasSize(1);
        server.stop();
        assertThat(heart().beat(world.now())).singleElement().asString().contains("127.0.0.1");
    }

    private void assertNothing() {
        assertThat(folder.resolve("alive")).doesNotExist();
        assertThat(server.requests()).isZero();
        assertThat(List.copyOf(world.mails())).isEmpty();
    }
}
