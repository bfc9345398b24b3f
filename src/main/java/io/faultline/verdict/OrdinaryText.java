package io.faultline.verdict;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How often a text may be expected in ordinary logs: a rough guess, good enough to tell rare texts from frequent ones.
 * Each byte is taken to depend on the two before it, as in a list of words that build logs are made of. Case does not
 * count.
 */
final class OrdinaryText {
    /** The words, in the orders that logs often have them in. */
    private static final String WORDS = """
            [info] [info] --- [debug] [warning] [error] downloading: http:// downloaded: https:// error: warning: note:
            2026-11-12 10:20:30 0.1 1.0 20 30 50 100 1000 ms 12:00:00,123 [main] (1.2.3-4) [12 kb] = 0, 1) == -> --
            downloading downloaded download from central https://repo http://www .org .com maven plugin compile compiler
            [info] --- maven-compiler-plugin:3.11.0:compile (default-compile) @ core --- [info] running org.example.apptest
            [info] tests run: 12, failures: 0, errors: 0, skipped: 0, 12 passed, 0 failed, 0 errors, 1 warning(s) in 1.23s
            at org.example.app.main(app.java:12) (main.java:10) app.c:10:5: warning: app.go:12: test_app.py:12: (app.rb:1)
            default tests run failures errors skipped time elapsed running example debug info warning warn error failed
            request server client connection timeout processed records main amd64 selecting previously unselected package
            preparing to unpack unpacking setting up making making all entering leaving directory build/ building built
            config -wall -o2 -fstack-protector-strong checking whether for the this that with not and are is was were has
            have will can could should does declared yes ok no returns test tests/test passed :: ... at org. com. java.
            (native method) unused variable npm http fetch get 200 registry cache miss added packages audited in step
            run apt-get install using ./configure --prefix=/usr --with- /usr/lib /usr/share /usr/bin /home/ /var/ /tmp/
            remote: counting objects: receiving resolving deltas cloning into rule bytes listening on copying blob
            sha256: handling enabled attempts retry policy retrieving base system executing hook linking loading library
            libraries generating generated installing installed reading writing file files created updated update version
            using skip skipping start starting started finished done complete completed success successful stage pipeline
            agent workspace git checkout branch master commit merge origin fetching username password user group source
            target include object module modules index function class interface assert expected actual line column code
            exit exited status command process thread option options parameter value values key name names type string
            number integer null true false undefined reference import export import required requires dependency
            dependencies depends public private static final void int return new delete deleted remove removing removed
            found unable cannot exception caused more host port network address address: socket proxy read write open
            close closed socket image container docker pull pulling layer digest waiting ready timed out memory disk
            space device available used free total system service process signal killed local global shared resource
            application argument array attribute average back buffer callback change changes character check child
            clean client code collection commands component compute connect content context control controller convert
            copy core count create current custom data database date debian decode default define definition deploy
            description different directory display document documentation domain driver each editor element encode end
            engine entity entry environment event events example execute executing execution extension external extract
            feature field filter final first flag folder form format found framework from full functions general get
            handle handler hash header help helper hidden html id ignore image implementation include index info initial
            input instance integration interface internal item items job keyword language last layout length level
            license limit link list listener load loader log logger main manager map mapping markdown mask match maximum
            message meta method minimum mode monitor more move multi native nested network new next node note notes now
            operation operator order output overview page pages parent parse parser part patch path pattern pending
            phase platform pointer policy pool position post prefix print private profile program project properties
            property protocol provider publish push query queue random range raw ready record recursive register
            release render report repository response rest result results return root route router rule runtime sample
            save schema scope script search section security select sequence serial serialize session set settings
            shell show simple single size sleep socket sort spec stack standard state static statistics store storage
            stream struct style submodule suite summary support switch symbol sync syntax table tag task template text
            theme thread title token tool tools top trace track transaction transform translate tree trigger unit
            universal upload url usage utils util validate validation variable vector vendor verify version view virtual
            visible wait web widget width window wrapper xml zero
            """;

    private static final String LINES = List.of(" ", "-", "=", "*", "#", ".", "_", "0", "~").stream()
            .map(sign -> sign.repeat(80))
            .collect(Collectors.joining());

    /** How much less is known of three bytes in a row than of two, and of two than of one. */
    private static final double DOUBT = 1.5;

    /** Bytes folded and cut to six bits: letters of either case, digits and most signs stay apart. */
    private static final int LETTERS = 64;

    /**
     * So many bytes in a row that stand in the list are known as a whole: a chain of likelihoods makes of what every build
     * says, as "tests run: ", something rare.
     */
    private static final int PHRASE = 6;

    private static final long PHRASE_MASK = (1L << 6 * PHRASE) - 1;
    private static final int PHRASE_BITS = 16;
    private static final int[] PHRASES = new int[1 << PHRASE_BITS];

    private static final int[] ONE = new int[LETTERS];
    private static final int[] TWO = new int[LETTERS * LETTERS];
    private static final int[] THREE = new int[LETTERS * LETTERS * LETTERS];
    private static final int ALL;

    static {
        byte[] text = (WORDS.replaceAll("\\s+", " ") + LINES).getBytes(StandardCharsets.ISO_8859_1);
        ALL = text.length;
        long phrase = 0;
        for (int i = 0; i < text.length; i++) {
            int one = letter(text[i]);
            int two = i < 1 ? 0 : letter(text[i - 1]);
            int three = i < 2 ? 0 : letter(text[i - 2]);
            ONE[one]++;
            TWO[two * LETTERS + one]++;
            THREE[(three * LETTERS + two) * LETTERS + one]++;
            phrase = longer(phrase, text[i]);
            PHRASES[place(phrase)]++;
        }
    }

    private OrdinaryText() {}

    /**
     * For each of a text's groups of so many neighbouring bytes, the share of places in an ordinary log at which it stands:
     * all at once, as each byte's likelihood serves several groups.
     */
    static double[] frequencies(byte[] text, int size) {
        double[] alone = new double[text.length];
        double[] second = new double[text.length];
        double[] third = new double[text.length];
        for (int i = 0; i < text.length; i++) {
            int one = letter(text[i]);
            alone[i] = (ONE[one] + 1.0) / (ALL + LETTERS);
            if (i > 0) {
                int two = letter(text[i - 1]);
                second[i] = (TWO[two * LETTERS + one] + DOUBT * alone[i]) / (ONE[two] + DOUBT);
                if (i > 1) {
                    int both = letter(text[i - 2]) * LETTERS + two;
                    third[i] = (THREE[both * LETTERS + one] + DOUBT * second[i]) / (TWO[both] + DOUBT);
                }
            }
        }
        int[] phrases = new int[text.length];
        long phrase = 0;
        for (int i = 0; i < text.length; i++) {
            phrase = longer(phrase, text[i]);
            phrases[i] = PHRASES[place(phrase)];
        }
        double[] frequencies = new double[text.length - size + 1];
        for (int from = 0; from < frequencies.length; from++) {
            double product = alone[from] * (size > 1 ? second[from + 1] : 1);
            for (int i = from + 2; i < from + size; i++) {
                product *= third[i];
            }
            int whole = size < PHRASE ? 0 : Integer.MAX_VALUE;
            for (int i = from + PHRASE - 1; i < from + size; i++) {
                whole = Math.min(whole, phrases[i]);
            }
            frequencies[from] = Math.max(product, (double) whole / ALL);
        }
        return frequencies;
    }

    /** The share of places in an ordinary log at which a text stands. */
    static double frequency(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return bytes.length == 0 ? 1 : frequencies(bytes, bytes.length)[0];
    }

    private static long longer(long phrase, byte next) {
        return (phrase << 6 | letter(next)) & PHRASE_MASK;
    }

    private static int place(long phrase) {
        return (int) (phrase * 0x9E3779B97F4A7C15L >>> 64 - PHRASE_BITS);
    }

    private static int letter(byte b) {
        return (b & 0x40) >> 1 | b & 0x1f;
    }
}
