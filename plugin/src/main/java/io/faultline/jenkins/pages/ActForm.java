package io.faultline.jenkins.pages;

import hudson.model.ModelObject;
import hudson.model.User;
import io.faultline.alert.Desk;
import io.faultline.config.Moments;
import io.faultline.history.HistoryException;
import io.faultline.jenkins.FaultlineEngine;
import io.faultline.jenkins.FaultlinePermissions;
import io.faultline.jenkins.Messages;
import io.faultline.jenkins.Words;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;
import jenkins.security.stapler.StaplerAccessibleType;
import org.kohsuke.stapler.Stapler;
import org.kohsuke.stapler.StaplerProxy;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.StaplerResponse2;
import org.kohsuke.stapler.interceptor.RequirePOST;

/**
 * A form by which a person says what is done about a problem. One object for each request. A POST does it and leads to
 * where it shows; what makes no sense leads back to the form, which says why and keeps what was typed.
 */
@StaplerAccessibleType
public abstract class ActForm implements ModelObject, StaplerProxy {
    private static final Logger LOGGER = Logger.getLogger(ActForm.class.getName());
    private static final int LONGEST_INPUT = 2000;

    private final String title;
    private final String explanation;
    private final String button;
    private final List<Field> fields;
    private String error;

    /** @param button what the form does, as its button says it */
    ActForm(String title, String explanation, String button, Field... fields) {
        this.title = title;
        this.explanation = explanation;
        this.button = button;
        this.fields = List.of(fields);
    }

    /**
     * One line of the form.
     *
     * @param help how it is written; may be empty
     * @param usual what stands there if nothing was typed
     */
    public record Field(String name, String label, String help, String usual, boolean required) {
        /** What was typed, or what is usual. */
        public String getValue() {
            String typed = ActForm.typed(name);
            return typed == null ? usual : typed;
        }

        public String getName() {
            return name;
        }

        public String getLabel() {
            return label;
        }

        public String getHelp() {
            return help;
        }

        public boolean isRequired() {
            return required;
        }
    }

    /** What is needed to do it. */
    record At(Desk desk, String by, Instant now, ZoneId zone) {
        /** @throws IllegalArgumentException if it is no moment, with a sentence for the person */
        Instant moment(String written, Instant from) {
            return Moments.parse(written, from, zone);
        }
    }

    /**
     * Does it.
     *
     * @return where it shows, below {@code /faultline}
     * @throws IllegalArgumentException if what was typed makes no sense, with a sentence for the person
     */
    abstract String act(At at);

    @Override
    public final Object getTarget() {
        Jenkins.get().checkPermission(FaultlinePermissions.CLAIM);
        return this;
    }

    @Override
    public final String getDisplayName() {
        return title;
    }

    public final String getExplanation() {
        return explanation;
    }

    public final String getButton() {
        return button;
    }

    public final List<Field> getFields() {
        return fields;
    }

    /** Why it was not done; null if nobody tried yet. */
    public final String getError() {
        return error;
    }

    /** Does what the form says; only by POST. */
    @RequirePOST
    public final void doSubmit(StaplerRequest2 request, StaplerResponse2 response)
            throws IOException, ServletException {
        Jenkins.get().checkPermission(FaultlinePermissions.CLAIM);
        FaultlineEngine engine = FaultlineEngine.get();
        Optional<FaultlineEngine.Current> current = engine.look();
        int status;
        if (current.isEmpty()) {
            status = HttpServletResponse.SC_SERVICE_UNAVAILABLE;
            error = engine.failure().orElseGet(Messages::ActForm_notYet);
        } else {
            FaultlineEngine.Current now = current.get();
            Desk desk = new Desk(now.catalog(), now.history(), engine.clock());
            try {
                String shows = act(new At(desk, user(), engine.clock().instant(), now.zone()));
                response.sendRedirect(HttpServletResponse.SC_SEE_OTHER, FaultlineRootAction.home() + shows);
                return;
            } catch (IllegalArgumentException e) {
                status = HttpServletResponse.SC_BAD_REQUEST;
                error = e.getMessage();
            } catch (HistoryException e) {
                LOGGER.log(Level.WARNING, "what a person said could not be stored", e);
                status = HttpServletResponse.SC_SERVICE_UNAVAILABLE;
                error = Messages.ActForm_notStored(e.getMessage());
            }
        }
        response.setStatus(status);
        request.getView(this, "index").forward(request, response);
    }

    private static String user() {
        User user = User.current();
        return user == null ? Jenkins.ANONYMOUS2.getName() : user.getId();
    }

    /** What was typed into a field, without blanks around it; null if it was not sent at all. */
    private static String typed(String name) {
        StaplerRequest2 request = Stapler.getCurrentRequest2();
        String value = request == null ? null : request.getParameter(name);
        return value == null
                ? null
                : value.substring(0, Math.min(value.length(), LONGEST_INPUT)).strip();
    }

    /** What was typed, or nothing. */
    static String text(String name) {
        return Optional.ofNullable(typed(name)).orElse("");
    }

    /** What must have been typed. */
    static String text(String name, String label) {
        String typed = text(name);
        if (typed.isEmpty()) {
            throw new IllegalArgumentException(Messages.ActForm_empty(label));
        }
        return typed;
    }

    /** A number of an incident, silence or downtime. */
    static long number(String name, String label) {
        String typed = text(name, label);
        if (!typed.matches("[0-9]{1,18}")) {
            throw new IllegalArgumentException(Messages.ActForm_noNumber(label, typed));
        }
        return Long.parseLong(typed);
    }

    /** Names, separated by blanks or commas. */
    static List<String> names(String name, String label) {
        return Words.of(text(name, label));
    }

    /** Where something about these shows best. */
    static String place(List<String> names) {
        if (names.size() != 1) {
            return "/incidents";
        }
        String only = names.get(0);
        if (only.matches("[0-9]{1,18}")) {
            return "/incident/" + only + "/";
        }
        int slash = only.indexOf('/');
        String subject = slash < 0 ? only : only.substring(0, slash);
        return Looking.pages()
                .flatMap(pages -> pages.row(subject))
                .map(row -> "/" + row.link().kind() + "/" + row.link().name() + "/")
                .orElse("/incidents");
    }
}
