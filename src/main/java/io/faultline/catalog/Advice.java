package io.faultline.catalog;

import io.faultline.config.Place;
import io.faultline.config.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What is not wrong in a catalogue but will be missed one day. */
public final class Advice {
    private Advice() {}

    /** In the order of files and lines. */
    public static List<Problem> on(Catalog catalog) {
        List<Problem> advice = new ArrayList<>(catalog.leftOut());
        Set<String> tested =
                catalog.checks().flatMap(check -> check.machine().stream()).collect(Collectors.toSet());
        catalog.services().forEach(service -> {
            String who = "service '" + service.name() + "'";
            missing(
                    advice,
                    service.place(),
                    service.access().isEmpty(),
                    who + " does not say who may use it ('access')");
            missing(advice, service.place(), service.tools().isEmpty(), who + " does not name its 'tools'");
            missing(
                    advice,
                    service.place(),
                    service.configuration().isEmpty(),
                    who + " does not say where its 'configuration' is kept");
        });
        catalog.machines().stream()
                .filter(machine -> machine.purpose().isEmpty())
                .forEach(machine -> missing(
                        advice,
                        machine.place(),
                        true,
                        "machine '" + machine.name() + "' does not say what it is for ('purpose')"));
        catalog.subjects().forEach(subject -> {
            missing(
                    advice,
                    subject.place(),
                    subject.checks().isEmpty() && !tested.contains(subject.name()),
                    "'" + subject.name() + "' has no checks");
            missing(
                    advice,
                    subject.place(),
                    catalog.teamOf(subject.name()).isEmpty(),
                    "nobody is told when '" + subject.name()
                            + "' breaks: it has no 'team', and there is no default team");
        });
        catalog.teams().stream()
                .filter(team -> team.contacts().size() == 1)
                .forEach(team -> missing(
                        advice, team.place(), true, "team '" + team.name() + "' is one person; who stands in?"));
        return advice.stream().sorted().toList();
    }

    private static void missing(List<Problem> advice, Place place, boolean missing, String message) {
        if (missing) {
            advice.add(new Problem(place, message));
        }
    }
}
