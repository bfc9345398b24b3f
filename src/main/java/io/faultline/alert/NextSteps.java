package io.faultline.alert;

import io.faultline.config.Shown;
import java.util.List;

/** What a mail says that somebody can do next: the host knows how. Lines are shown as they are. */
public interface NextSteps {
    /** On the command line. */
    NextSteps COMMANDS = new NextSteps() {
        @Override
        public List<String> about(String subject, long incident, boolean claimed) {
            return claimed
                    ? List.of("faultline status " + subject)
                    : List.of(
                            "faultline status " + subject, "faultline claim " + incident + "     when you work on it");
        }

        @Override
        public String all() {
            return "faultline incidents     shows all that are open";
        }
    };

    /**
     * @param claimed whether somebody works on it already
     */
    List<String> about(String subject, long incident, boolean claimed);

    /** Where all open incidents are shown. */
    String all();

    /**
     * Pages.
     *
     * @param root of Faultline's pages, such as {@code https://jenkins.example.org/faultline}; with or without a slash
     */
    static NextSteps pages(String root) {
        String base = Shown.oneLine(root.endsWith("/") ? root : root + "/", 500);
        return new NextSteps() {
            @Override
            public List<String> about(String subject, long incident, boolean claimed) {
                String page = base + "incident/" + incident + "/";
                return claimed
                        ? List.of(page)
                        : List.of(page, base + "claim/?incident=" + incident + "     when you work on it");
            }

            @Override
            public String all() {
                return base + "incidents     shows all that are open";
            }
        };
    }
}
