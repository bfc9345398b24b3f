package io.faultline.cli;

import io.faultline.history.HistoryException;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line. Exit codes are Nagios' (0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN), and 64 for wrong usage. */
@Command(
        name = "faultline",
        description = {
            "Tests services and machines, mails those in charge, and says whether a red build is the infrastructure's fault.",
            ""
        },
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        footer = {
            "",
            "First steps: faultline demo",
            "Exit codes: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN, 64 wrong usage"
        })
public final class Main implements Runnable {
    /** In the order of the help. Only those that are asked for are looked into, because looking takes time. */
    private static final Map<String, Class<?>> COMMANDS = commands(
            DemoCommand.class,
            RunCommand.class,
            WatchCommand.class,
            ReceiveCommand.class,
            BaselineCommand.class,
            VerifyCommand.class,
            StatusCommand.class,
            IncidentsCommand.class,
            ClaimCommand.class,
            SilenceCommand.class,
            DowntimeCommand.class,
            NoteCommand.class,
            ReplayCommand.class,
            SimulateCommand.class,
            OverviewCommand.class,
            CatalogCommand.class,
            ClassifyCommand.class,
            VerdictCommand.class,
            SignaturesCommand.class,
            TrainCommand.class);

    static final int WRONG_USAGE = 64;
    static final int UNKNOWN = 3;

    /** Libraries tell of trouble only. Held here, because the log manager forgets loggers that nobody holds. */
    private static final Logger QUIET = Logger.getLogger("");

    @Spec
    CommandSpec spec;

    public static void main(String[] args) {
        QUIET.setLevel(Level.WARNING);
        PrintStream out = stream(FileDescriptor.out);
        PrintStream err = stream(FileDescriptor.err);
        int code = run(Host.real(out, err), args);
        out.flush();
        err.flush();
        System.exit(code);
    }

    /** Runs one command and returns its exit code; never exits the process. */
    public static int run(Host host, String... args) {
        CommandLine line = new CommandLine(Main.class, new HostFactory(host));
        Collection<Class<?>> asked = args.length > 0 && COMMANDS.containsKey(args[0])
                ? List.of(COMMANDS.get(args[0]))
                : List.of(args).equals(List.of("--version")) ? List.of() : COMMANDS.values();
        asked.forEach(line::addSubcommand);
        line.setOut(new PrintWriter(host.out(), true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(host.err(), true, StandardCharsets.UTF_8));
        line.setColorScheme(CommandLine.Help.defaultColorScheme(host.terminal() ? Ansi.AUTO : Ansi.OFF));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setParameterExceptionHandler((exception, arguments) -> wrongUsage(host, exception));
        line.setExecutionExceptionHandler((exception, command, result) -> failed(host, exception));
        return line.execute(args);
    }

    private static Map<String, Class<?>> commands(Class<?>... types) {
        Map<String, Class<?>> commands = new LinkedHashMap<>();
        for (Class<?> type : types) {
            commands.put(type.getAnnotation(Command.class).name(), type);
        }
        return commands;
    }

    private static int wrongUsage(Host host, ParameterException e) {
        host.err().println("faultline: " + e.getMessage());
        CommandLine.UnmatchedArgumentException.printSuggestions(
                e, new PrintWriter(host.err(), true, StandardCharsets.UTF_8));
        host.err().println("Try '" + e.getCommandLine().getCommandSpec().qualifiedName() + " --help'.");
        return WRONG_USAGE;
    }

    private static int failed(Host host, Exception e) {
        if (e instanceof CommandFailed || e instanceof HistoryException) {
            host.err().println("faultline: " + e.getMessage());
        } else {
            host.err().println("faultline: this is a fault of Faultline; please report it with the lines below");
            e.printStackTrace(host.err());
        }
        return UNKNOWN;
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(
                new BufferedOutputStream(new FileOutputStream(descriptor), 8192), true, StandardCharsets.UTF_8);
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /** Makes commands that want a {@link Host}. */
    private record HostFactory(Host host) implements CommandLine.IFactory {
        @Override
        public <K> K create(Class<K> type) throws Exception {
            try {
                return type.getDeclaredConstructor(Host.class).newInstance(host);
            } catch (NoSuchMethodException e) {
                return CommandLine.defaultFactory().create(type);
            }
        }
    }

    /** The version as the build wrote it into the jar. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"faultline " + (version == null ? "(unpackaged)" : version)};
        }
    }
}
