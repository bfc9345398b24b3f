package io.faultline.jenkins;

/** Logs of builds that failed for one reason or another. */
public final class Texts {
    /** A mirror is not there. */
    public static final String NETWORK = """
            + apt-get update
            Err:1 http://deb.example.org/debian stable InRelease
              Temporary failure resolving 'deb.example.org'
            E: Failed to fetch http://deb.example.org/debian/dists/stable/InRelease  Temporary failure resolving 'deb.example.org'
            E: Some index files failed to download. They have been ignored, or old ones used instead.
            ERROR: script returned exit code 100""";

    /** A change that does not compile. */
    public static final String COMPILER = """
            + mvn -B verify
            [INFO] --- maven-compiler-plugin:3.14.1:compile (default-compile) @ app ---
            [ERROR] COMPILATION ERROR :
            [ERROR] /workspace/app/src/main/java/org/example/App.java:[12,9] cannot find symbol
            [ERROR]   symbol:   method missing()
            [INFO] BUILD FAILURE
            [ERROR] Failed to execute goal org.apache.maven.plugins:maven-compiler-plugin:3.14.1:compile (default-compile) on project app: Compilation failure
            ERROR: script returned exit code 1""";

    /** Nothing that anybody knows. */
    public static final String NOTHING = "something went wrong\nin a way that nobody has described";

    private Texts() {}
}
