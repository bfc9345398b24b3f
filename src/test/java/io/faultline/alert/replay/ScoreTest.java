package io.faultline.alert.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.alert.replay.Fleet.Event;
import io.faultline.alert.replay.Fleet.Kind;
import io.faultline.check.CheckId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ScoreTest {
    private static final Event OUTAGE = event(Kind.OUTAGE, 10, 20, "web/http", "web/tls");

    private static Instant minute(int minute) {
        return Fleet.START.plus(Duration.ofMinutes(minute));
    }

    private static Event event(Kind kind, int from, int until, String... checks) {
        Set<CheckId> all = Stream.of(checks)
                .map(check -> new CheckId(check.split("/")[0], check.split("/")[1]))
                .collect(Collectors.toSet());
        return new Event(kind, minute(from), minute(until), all);
    }

    private static Score score(List<Event> happened, int... mailsAboutWeb) {
        List<Score.Mail> mails = IntStream.of(mailsAboutWeb)
                .mapToObj(at -> new Score.Mail(minute(at), Set.of("web"), true))
                .toList();
        return Score.of("somebody", Fleet.oneEach(happened), mails, 0);
    }

    @Test
    void anOutageIsToldByAMailWhileItLastsOrSoonAfter() {
        assertThat(score(List.of(OUTAGE), 12).delays()).containsExactly(Duration.ofMinutes(2));
        assertThat(score(List.of(OUTAGE), 35).told()).isOne();
        assertThat(score(List.of(OUTAGE), 9, 36).told()).isZero();
        assertThat(score(List.of(OUTAGE), 9, 36).falseMails()).isEqualTo(2);
        assertThat(score(List.of(OUTAGE), 12, 13).needless()).isOne();
    }

    @Test
    void whatIsBrokenAlreadyCannotBreakAgain() {
        Event within = event(Kind.OUTAGE, 12, 15, "web/http");
        Event beyond = event(Kind.OUTAGE, 15, 90, "web/tls");
        assertThat(score(List.of(beyond, within, OUTAGE), 12))
                .returns(1, Score::outages)
                .returns(1, Score::told);
        assertThat(score(List.of(beyond, OUTAGE), 90))
                .as("it lasts until the last of it is over")
                .returns(1, Score::told);
    }

    @Test
    void whatBreaksMoreOrLaterIsAnotherOutage() {
        Event more = event(Kind.OUTAGE, 12, 15, "web/http", "web/login");
        Event after = event(Kind.OUTAGE, 20, 25, "web/http");
        Event flapping = event(Kind.FLAPPING, 0, 200, "web/http", "web/tls");
        assertThat(score(List.of(OUTAGE, more, after, flapping), 11))
                .returns(3, Score::outages)
                .returns(1, Score::told);
    }

    @Test
    void anOutageWithinPlannedWorkOnTheSameIsNone() {
        assertThat(score(List.of(OUTAGE, event(Kind.MAINTENANCE, 5, 6, "web/http", "web/tls")), 12))
                .as("planned work has a quarter of an hour more")
                .returns(0, Score::outages)
                .returns(1, Score::falseWork);
        assertThat(score(List.of(OUTAGE, event(Kind.MAINTENANCE, 5, 60, "web/http")))
                        .outages())
                .isOne();
        assertThat(score(List.of(OUTAGE, event(Kind.MAINTENANCE, 11, 60, "web/http", "web/tls")))
                        .outages())
                .isOne();
    }
}
