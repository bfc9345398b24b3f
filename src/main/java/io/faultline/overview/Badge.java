package io.faultline.overview;

import java.io.StringWriter;
import java.util.Locale;
import java.util.Map;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * A small static picture (SVG 1.1) that says how a service is, for a README or another site: no script, no style, no
 * font, nothing remote. Its words are in its title too, for who does not see it.
 */
public final class Badge {
    private static final String SVG = "http://www.w3.org/2000/svg";
    private static final int HEIGHT = 20;
    private static final int BASELINE = 14;
    private static final int PADDING = 6;
    /** Half of a pixel more than what Verdana's letters at 11 px take on average. */
    private static final double LETTER = 7.0;

    /** White on each has a contrast of 4.5 at least (WCAG 2.1, 1.4.3). */
    private static final Map<String, String> COLOURS = Map.of(
            "ok", "#1a6b3a",
            "warning", "#7a4d00",
            "retrying", "#7a4d00",
            "critical", "#a61b1b",
            "unknown", "#5b3a94",
            "pending", "#4d5661");

    private Badge() {}

    /** @return the whole document */
    public static String of(String name, Condition condition) {
        String words = name + ": " + condition.word();
        int left = width(name);
        int right = width(condition.word());
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter out = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
            out.writeStartElement("svg");
            out.writeDefaultNamespace(SVG);
            out.writeAttribute("width", Integer.toString(left + right));
            out.writeAttribute("height", Integer.toString(HEIGHT));
            out.writeAttribute("role", "img");
            out.writeAttribute("aria-label", words);
            out.writeStartElement("title");
            out.writeCharacters(words);
            out.writeEndElement();
            box(out, 0, left, "#444c56");
            box(out, left, right, COLOURS.get(condition.style()));
            out.writeStartElement("g");
            out.writeAttribute("fill", "#ffffff");
            out.writeAttribute("font-family", "Verdana,DejaVu Sans,sans-serif");
            out.writeAttribute("font-size", "11");
            out.writeAttribute("text-anchor", "middle");
            text(out, left / 2.0, name);
            text(out, left + right / 2.0, condition.word());
            out.writeEndElement();
            out.writeEndElement();
            out.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException(e);
        }
        return text.toString();
    }

    private static int width(String words) {
        return (int) Math.ceil(words.length() * LETTER) + 2 * PADDING;
    }

    private static void box(XMLStreamWriter out, int x, int width, String colour) throws XMLStreamException {
        out.writeEmptyElement("rect");
        out.writeAttribute("x", Integer.toString(x));
        out.writeAttribute("width", Integer.toString(width));
        out.writeAttribute("height", Integer.toString(HEIGHT));
        out.writeAttribute("fill", colour);
    }

    private static void text(XMLStreamWriter out, double x, String words) throws XMLStreamException {
        out.writeStartElement("text");
        out.writeAttribute("x", String.format(Locale.ROOT, "%.1f", x));
        out.writeAttribute("y", Integer.toString(BASELINE));
        out.writeCharacters(words);
        out.writeEndElement();
    }
}
