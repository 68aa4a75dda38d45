package org.learn4j.nn;

import java.util.Arrays;
import java.util.stream.Stream;
import org.learn4j.kernel.Window;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;

/** Windows in recipes and expressions. */
final class WindowRecipe {
    private static final String[] NAMES = {
        "kernelHeight",
        "kernelWidth",
        "strideHeight",
        "strideWidth",
        "paddingHeight",
        "paddingWidth",
        "dilationHeight",
        "dilationWidth"
    };

    private WindowRecipe() {}

    /** Returns the names of a window's settings and others. */
    static String[] names(String... others) {
        return Stream.concat(Arrays.stream(NAMES), Arrays.stream(others)).toArray(String[]::new);
    }

    static Json.Fields write(Window window, Json.Fields settings) {
        return settings.with("kernelHeight", window.height())
                .with("kernelWidth", window.width())
                .with("strideHeight", window.strideHeight())
                .with("strideWidth", window.strideWidth())
                .with("paddingHeight", window.paddingHeight())
                .with("paddingWidth", window.paddingWidth())
                .with("dilationHeight", window.dilationHeight())
                .with("dilationWidth", window.dilationWidth());
    }

    static Window read(JsonPlace settings) {
        int[] sizes = Arrays.stream(NAMES)
                .mapToInt(name -> settings.get(name).integer())
                .toArray();
        return new Window(sizes[0], sizes[1], sizes[2], sizes[3], sizes[4], sizes[5], sizes[6], sizes[7]);
    }

    /** Returns the kernel's size, the bracket that closes the call it is in, and the settings that are not the usual ones. */
    static String expression(Window window) {
        return expression(window, 1, 1);
    }

    /** {@link #expression(Window)} where another stride is the usual one. */
    static String expression(Window window, int usualVertical, int usualHorizontal) {
        boolean pairs = window.strideHeight() != window.strideWidth()
                || window.paddingHeight() != window.paddingWidth()
                || window.dilationHeight() != window.dilationWidth();
        if (pairs) {
            return "Window.of(" + pair(window.height(), window.width()) + ")"
                    + ".stride(" + pair(window.strideHeight(), window.strideWidth()) + ")"
                    + ".padding(" + pair(window.paddingHeight(), window.paddingWidth()) + ")"
                    + ".dilation(" + pair(window.dilationHeight(), window.dilationWidth()) + "))";
        }
        boolean usual = window.strideHeight() == usualVertical && window.strideWidth() == usualHorizontal;
        return pair(window.height(), window.width()) + ")"
                + (usual ? "" : ".stride(" + window.strideHeight() + ")")
                + (window.paddingHeight() == 0 ? "" : ".padding(" + window.paddingHeight() + ")")
                + (window.dilationHeight() == 1 ? "" : ".dilation(" + window.dilationHeight() + ")");
    }

    private static String pair(int vertical, int horizontal) {
        return vertical == horizontal ? Integer.toString(vertical) : vertical + ", " + horizontal;
    }
}
