package io.faultline;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.faultline.check.Check;
import java.io.ObjectInputStream;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Set;

/** The rules of ARCHITECTURE.md. Each says why it is there. */
@AnalyzeClasses(packages = "io.faultline", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    /** Each package may use only those before it. */
    private static final List<String> HOUSE = List.of(
            "net",
            "config",
            "machine",
            "check",
            "checks",
            "catalog",
            "history",
            "run",
            "verdict",
            "alert",
            "overview",
            "report",
            "demo",
            "cli");

    private static final Set<String> WORLD = Set.of("cli", "demo");

    @ArchTest
    static void packagesUseOnlyWhatStandsBeforeThem(com.tngtech.archunit.core.domain.JavaClasses all) {
        for (int i = 0; i < HOUSE.size(); i++) {
            String[] later = HOUSE.subList(i + 1, HOUSE.size()).stream()
                    .map(name -> "io.faultline." + name + "..")
                    .toArray(String[]::new);
            if (later.length > 0) {
                noClasses()
                        .that()
                        .resideInAPackage("io.faultline." + HOUSE.get(i) + "..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(later)
                        .because("the way through the house goes one way: " + String.join(" -> ", HOUSE))
                        .allowEmptyShould(true)
                        .check(all);
            }
        }
    }

    @ArchTest
    static final ArchRule EVERY_CLASS_LIVES_IN_A_ROOM = classes()
            .should()
            .resideInAnyPackage(
                    HOUSE.stream().map(name -> "io.faultline." + name + "..").toArray(String[]::new))
            .because("ARCHITECTURE.md names every package");

    @ArchTest
    static final ArchRule NO_CIRCLES =
            slices().matching("io.faultline.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule THE_ENGINE_DOES_NOT_KNOW_JENKINS = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("hudson..", "jenkins..", "org.kohsuke..")
            .because("whoever has only Maven Central builds and uses the engine whole");

    @ArchTest
    static final ArchRule ONLY_NET_OPENS_SOCKETS = noClasses()
            .that(resideOutsideOfPackages("io.faultline.net..", "io.faultline.demo.."))
            .should()
            .callConstructorWhere(targetOwner(Socket.class, ServerSocket.class, DatagramSocket.class))
            .orShould()
            .callMethodWhere(targetOwner(InetAddress.class)
                    .and(DescribedPredicate.describe(
                            "looks a name up",
                            access -> access.getTarget().getName().contains("ByName")
                                    || access.getTarget().getName().equals("getCanonicalHostName"))))
            .orShould()
            .dependOnClassesThat(resideInAnyPackage("java.nio.channels..")
                    .and(DescribedPredicate.describe(
                            "is a network channel",
                            (JavaClass type) -> type.getSimpleName().contains("Socket")
                                    || type.getSimpleName().contains("Datagram"))))
            .because("deadlines, byte limits, proxies and name resolution are kept in one place; the demo's servers are"
                    + " the other side");

    @ArchTest
    static final ArchRule ONLY_HISTORY_SPEAKS_SQL = noClasses()
            .that()
            .resideOutsideOfPackage("io.faultline.history..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "javax.sql..", "org.sqlite..");

    @ArchTest
    static final ArchRule ONLY_THE_HOSTS_READ_THE_WALL_CLOCK = noClasses()
            .that(resideOutsideOfPackages(world()))
            .should()
            .callMethodWhere(targetOwner(
                            Instant.class,
                            Clock.class,
                            InstantSource.class,
                            LocalDate.class,
                            LocalDateTime.class,
                            ZonedDateTime.class)
                    .and(DescribedPredicate.describe(
                            "reads the clock",
                            access -> access.getTarget().getName().matches("now|system.*|tick.*"))))
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .because(
                    "a clock that is passed in can be simulated, so history can be replayed and tests need no sleeping");

    @ArchTest
    static final ArchRule ONLY_THE_HOSTS_READ_ENVIRONMENT_AND_PROPERTIES = noClasses()
            .that(resideOutsideOfPackages(world()))
            .should()
            .callMethodWhere(targetOwner(System.class)
                    .and(DescribedPredicate.describe(
                            "reads the environment or a property",
                            access -> access.getTarget().getName().matches("getenv|getProperty|getProperties"))))
            .because("what an engine does must follow from what it was given");

    @ArchTest
    static final ArchRule NOBODY_SLEEPS = noClasses()
            .should()
            .callMethod(Thread.class, "sleep", long.class)
            .because("conditions are awaited, and time is a thing that is passed in");

    @ArchTest
    static final ArchRule NOTHING_IS_DESERIALISED =
            noClasses().should().dependOnClassesThat().areAssignableTo(ObjectInputStream.class);

    @ArchTest
    static final ArchRule CHECKS_ARE_IMMUTABLE_RECORDS = classes()
            .that()
            .implement(Check.class)
            .and()
            .areNotAnonymousClasses()
            .should()
            .beRecords()
            .because("a check keeps nothing between runs");

    @ArchTest
    static final ArchRule CHECKS_DO_NOT_KNOW_EACH_OTHER = noClasses()
            .that()
            .implement(Check.class)
            .should()
            .dependOnClassesThat(assignableTo(Check.class)
                    .and(not(DescribedPredicate.describe("is Check itself", (JavaClass c) -> c.isInterface()))))
            .allowEmptyShould(true)
            .because("one concern a file; what several share is a piece of its own");

    private static String[] world() {
        return WORLD.stream().map(name -> "io.faultline." + name + "..").toArray(String[]::new);
    }

    private static DescribedPredicate<JavaAccess<?>> targetOwner(Class<?>... owners) {
        return DescribedPredicate.describe(
                "belongs to " + List.of(owners),
                access -> List.of(owners).stream()
                        .anyMatch(owner -> access.getTargetOwner().isEquivalentTo(owner)));
    }
}
