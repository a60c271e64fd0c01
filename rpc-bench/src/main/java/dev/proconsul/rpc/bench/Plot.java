package dev.proconsul.rpc.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A picture of bars, as SVG: a panel for each figure, in it a bar for each contender.
///
/// @param title  stands above
/// @param panels from top to bottom
public record Plot(String title, List<Panel> panels) {
    private static final int WIDTH = 720;
    private static final int MARGIN = 12;
    private static final int LABELS = 130;
    private static final int NUMBERS = 110;
    private static final int LINE = 22;
    private static final int BAR = 14;
    /// The first is ours.
    private static final List<String> COLOURS = List.of("#1f6fb4", "#e08a1e", "#6f6f6f", "#a8a8a8", "#8d5fa8", "#4c9a5f", "#c45b5b");

    /// Keeps its own list.
    public Plot {
        panels = List.copyOf(panels);
    }

    /// One figure of all contenders.
    ///
    /// @param heading what it is, its unit, and whether more or less is better
    /// @param bars    not negative, by contender, in the order of the picture
    public record Panel(String heading, Map<String, Double> bars) {
        /// Keeps the order.
        public Panel {
            bars = new LinkedHashMap<>(bars);
        }

        private double longest() {
            return bars.values().stream().mapToDouble(Double::doubleValue).max().orElse(0);
        }
    }

    /// {@return the picture}
    public String svg() {
        var parts = new ArrayList<String>();
        int y = MARGIN + LINE / 2;
        parts.add(text(MARGIN, y, "font-weight=\"bold\"", title));
        for (var panel : panels) {
            y += LINE + MARGIN;
            parts.add(text(MARGIN, y, "", panel.heading()));
            int colour = 0;
            for (var bar : panel.bars().entrySet()) {
                y += LINE;
                parts.add(bar(y, bar.getKey(), bar.getValue(), panel.longest(), COLOURS.get(colour++ % COLOURS.size())));
            }
        }
        int height = y + MARGIN;
        return format("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" "
                        + "font-family=\"sans-serif\" font-size=\"13\">\n<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n",
                WIDTH, height, WIDTH, height) + String.join("\n", parts) + "\n</svg>\n";
    }

    private static String bar(int y, String name, double value, double longest, String colour) {
        double width = longest > 0 ? value / longest * (WIDTH - 2 * MARGIN - LABELS - NUMBERS) : 0;
        int left = MARGIN + LABELS;
        return text(left - MARGIN / 2, y, "text-anchor=\"end\"", name)
                + format("\n<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>\n",
                        left, y - BAR + 2, width, BAR, colour)
                + text((int) (left + width) + MARGIN / 2, y, "", format(value < 100 ? "%.2f" : "%,.0f", value));
    }

    private static String text(int x, int y, String attributes, String content) {
        return format("<text x=\"%d\" y=\"%d\" %s>%s</text>", x, y, attributes, escaped(content));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
