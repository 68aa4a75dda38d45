package org.learn4j.nn;

import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Prints containers as the expressions that make them: a line for each layer, with its number of parameters as a comment. */
final class LayerText {
    private LayerText() {}

    /** A layer whose text spans lines. */
    interface Container {
        /** Returns the expression, without a comment at its end. */
        String expression();
    }

    /** Returns a container's expression and its number of parameters. */
    static <T extends Layer & Container> String of(T container) {
        return container.expression() + comment(container);
    }

    /** Returns a call such as {@code Sequential.of(}, its arguments indented on lines of their own, and the bracket that closes it. */
    static String call(String opening, Collection<? extends Layer> arguments) {
        StringBuilder text = new StringBuilder(opening);
        int left = arguments.size();
        for (Layer argument : arguments) {
            String expression = argument instanceof Container container ? container.expression() : argument.toString();
            text.append("\n  ").append(expression.replace("\n", "\n  "));
            text.append(--left > 0 ? "," : "").append(comment(argument));
        }
        return text.append(arguments.isEmpty() ? ")" : "\n)").toString();
    }

    static String call(String opening, Layer argument) {
        return call(opening, List.of(argument));
    }

    private static String comment(Layer layer) {
        long count = LayerTree.parameterCount(layer);
        return count == 0 ? "" : String.format(Locale.ROOT, "  // %,d parameter%s", count, count == 1 ? "" : "s");
    }
}
