package io.faultline.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.alert.ScriptedSmtp.Trick;
import io.faultline.catalog.AlertPolicy;
import io.faultline.catalog.Settings;
import io.faultline.catalog.Settings.Security;
import io.faultline.check.Result;
import io.faultline.check.Secrets;
import io.faultline.history.QueuedMail;
import io.faultline.net.HostPort;
import io.faultline.net.SystemResolver;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of mails that the first server does not take. */
class FallbackTest {
    /** Nobody listens there: only root could, and no service does. */
    private static final HostPort NOBODY = new HostPort("127.0.0.1", 1);

    private final World world = World.example();
    private ScriptedSmtp first;
    private ScriptedSmtp second;

    @BeforeEach
    void start() throws IOException {
        first = new ScriptedSmtp();
        second = new ScriptedSmtp();
        world.certainly("dns/soa", Result.critical("no answer"));
    }

    @AfterEach
    void stop() throws IOException {
        first.close();
        second.close();
    }

    private static Settings.Mail server(HostPort address) {
        return new Settings.Mail(
                address,
                Security.NONE,
                Optional.empty(),
                Optional.empty(),
                "faultline@monitor.example.org",
                "alerts.example.org",
                Optional.empty(),
                Duration.ofSeconds(5));
    }

    private Postman postman(HostPort one) {
        Settings.Mail main = server(one);
        Settings.Mail both = new Settings.Mail(
                main.server(),
                main.security(),
                main.login(),
                main.password(),
                main.from(),
                main.listId(),
                main.caFile(),
                main.timeout(),
                Optional.of(server(second.address())),
                Optional.of("ops@else.example.net"),
                Optional.empty());
        return new Postman(
                world.history(),
                SmtpTransport.of(both, Secrets.none(), new SystemResolver()),
                both.fallbackTo()
                        .map(to ->
                                new Undelivered(Sender.of(both), to, AlertPolicy.SHIPPED, Envelope.OPEN, World.ZONE)));
    }

    @Test
    void theFirstServerGetsAllThatItTakes() {
        assertThat(postman(first.address()).pass(world.now()).sent()).isEqualTo(1);
        assertThat(first.taken()).hasSize(1);
        assertThat(second.connections()).isZero();
    }

    @Test
    void theSecondGetsItWhileTheFirstIsAway() throws IOException {
        Postman.Report report = postman(NOBODY).pass(world.now());
        assertThat(report.sent()).isEqualTo(1);
        assertThat(report.error()).startsWith("the first mail server cannot be used, the fallback takes the mails: ");
        assertThat(second.taken()).hasSize(1);
        assertThat(world.mails()).isEmpty();
    }

    @Test
    void theSecondGetsWhatTheFirstPutsOffOrRefuses() {
        first.then(Trick.LATER).then(Trick.REFUSE);
        world.certainly("apt-vm/ping", Result.critical("unreachable"));
        assertThat(postman(first.address()).pass(world.now()).sent()).isEqualTo(2);
        assertThat(second.taken()).hasSize(2);
        assertThat(world.mails()).isEmpty();
    }

    @Test
    void theSecondGetsWhatBreaksTheFirstAgainAndAgain() {
        first.then(Trick.DIE_AT_MAIL).then(Trick.DIE_AT_MAIL).then(Trick.DIE_AT_MAIL);
        for (int i = 0; i < 3; i++) {
            postman(first.address()).pass(world.now());
            world.pass(Duration.ofMinutes(5));
        }
        assertThat(world.mails()).isEmpty();
        assertThat(second.taken()).hasSize(1);
    }

    @Test
    void whenNeitherCanBeUsedTheMailWaitsAndBothReasonsAreKept() throws IOException {
        second.close();
        assertThat(postman(NOBODY).pass(world.now()).failed()).isEqualTo(1);
        assertThat(world.mails().get(0).lastError().orElseThrow())
                .contains("cannot be used")
                .contains("nor can the fallback");
    }

    @Test
    void somebodyElseIsToldOnceOfWhatIsRefused() {
        for (ScriptedSmtp server : List.of(first, second)) {
            server.recipient("infra@example.org", 550).recipient("oncall@example.net", 550);
        }
        for (int i = 0; i < 3; i++) {
            postman(first.address()).pass(world.now());
            world.pass(Duration.ofHours(7));
        }
        assertThat(first.taken())
                .singleElement()
                .asString()
                .contains("To: ops@else.example.net")
                .contains("UNDELIVERED PROBLEM dns")
                .contains("infra@example.org")
                .contains("no answer");
        assertThat(world.mails())
                .extracting(QueuedMail::recipients)
                .containsExactly(List.of("infra@example.org", "oncall@example.net"));
    }

    @Test
    void somebodyElseIsToldOfWhatIsPutOffForHalfAnHour() {
        for (ScriptedSmtp server : List.of(first, second)) {
            server.recipient("infra@example.org", 450).recipient("oncall@example.net", 450);
        }
        postman(first.address()).pass(world.now());
        postman(first.address()).pass(world.now().plus(Duration.ofMinutes(29)));
        assertThat(world.mails()).hasSize(1);
        postman(first.address()).pass(world.now().plus(Duration.ofMinutes(50)));
        assertThat(world.mails()).hasSize(2);
    }
}
