package io.faultline.catalog.nagios;

import io.faultline.config.Written;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** The macros whose values stand in the files (Nagios Core manual, "Standard Macros"); those of a run are unknown. */
final class Macros {
    private final Map<String, String> values;
    private final Function<String, Map<String, String>> ofHost;

    /** @param ofHost the macros of another host by its name, for {@code $HOSTADDRESS:name$}; empty if there is none */
    private Macros(Map<String, String> values, Function<String, Map<String, String>> ofHost) {
        this.values = values;
        this.ofHost = ofHost;
    }

    static Macros of(Map<String, String> users, Function<String, Map<String, String>> ofHost) {
        return new Macros(users, ofHost);
    }

    Macros with(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(values);
        all.putAll(more);
        return new Macros(all, ofHost);
    }

    /** {@code $ARG1$} and so on; those that are not given are empty, as in Nagios. */
    Macros withArguments(List<String> arguments) {
        Map<String, String> named = new HashMap<>();
        for (int i = 0; i < 32; i++) {
            named.put("ARG" + (i + 1), i < arguments.size() ? arguments.get(i) : "");
        }
        return with(named);
    }

    static Map<String, String> ofHost(Definition host) {
        String name = text(host, "host_name", "");
        Map<String, String> macros = custom(host, "_HOST");
        macros.put("HOSTNAME", name);
        macros.put("HOSTALIAS", text(host, "alias", name));
        macros.put("HOSTDISPLAYNAME", text(host, "display_name", name));
        macros.put("HOSTADDRESS", text(host, "address", name));
        return macros;
    }

    static Map<String, String> ofService(Definition service) {
        String description = text(service, "service_description", "");
        Map<String, String> macros = custom(service, "_SERVICE");
        macros.put("SERVICEDESC", description);
        macros.put("SERVICEDISPLAYNAME", text(service, "display_name", description));
        return macros;
    }

    private static Map<String, String> custom(Definition definition, String prefix) {
        Map<String, String> macros = new HashMap<>();
        definition.directives().forEach((name, value) -> {
            if (name.startsWith("_")) {
                macros.put(prefix + name.substring(1).toUpperCase(Locale.ROOT), value.text());
            }
        });
        return macros;
    }

    private static String text(Definition definition, String directive, String otherwise) {
        return definition.get(directive).map(Written::text).orElse(otherwise);
    }

    /** Puts the values in, once: what comes in by a value is not looked at again. {@code $$} is a dollar sign. */
    String expand(String text) throws NotUnderstood {
        StringBuilder out = new StringBuilder(text.length() + 32);
        int at = 0;
        for (int dollar = text.indexOf('$'); dollar >= 0; dollar = text.indexOf('$', at)) {
            int close = text.indexOf('$', dollar + 1);
            if (close < 0) {
                throw new NotUnderstood("a '$' without a second one; write '$$' for a dollar sign");
            }
            out.append(text, at, dollar).append(value(text.substring(dollar + 1, close)));
            at = close + 1;
        }
        return out.append(text, at, text.length()).toString();
    }

    private String value(String macro) throws NotUnderstood {
        if (macro.isEmpty()) {
            return "$";
        }
        int colon = macro.indexOf(':');
        String value = colon < 0
                ? values.get(macro)
                : ofHost.apply(macro.substring(colon + 1)).get(macro.substring(0, colon));
        if (value != null) {
            return value;
        }
        if (macro.matches("USER\\d{1,3}")) {
            throw new NotUnderstood("no value for $" + macro
                    + "$; give the resource file that sets it (Debian: /etc/nagios4/resource.cfg) with the catalogue");
        }
        throw new NotUnderstood("the macro $" + macro + "$ has no value here: it is not written in these files");
    }
}
