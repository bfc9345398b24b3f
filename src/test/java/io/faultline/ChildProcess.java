package io.faultline;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A Java program that a test starts, to kill it. However the test ends, it ends as well. */
public final class ChildProcess {
    private ChildProcess() {}

    /** Ready to be started; its standard input must stay a pipe. */
    public static ProcessBuilder of(Class<?> program, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                ChildProcess.class.getName(),
                program.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }

    /** @param arguments the program's class and its arguments */
    public static void main(String[] arguments) throws ReflectiveOperationException {
        endWithTheTest();
        Method main = Class.forName(arguments[0]).getMethod("main", String[].class);
        main.setAccessible(true);
        main.invoke(null, (Object) Arrays.copyOfRange(arguments, 1, arguments.length));
    }

    /** Once the test is gone, nobody holds the other end any more. */
    private static void endWithTheTest() {
        Thread watching = new Thread(() -> {
            try {
                while (System.in.read() >= 0) {
                    // Nobody writes.
                }
            } catch (IOException e) {
                // The same as the end.
            }
            Runtime.getRuntime().halt(1);
        });
        watching.setDaemon(true);
        watching.start();
    }
}
