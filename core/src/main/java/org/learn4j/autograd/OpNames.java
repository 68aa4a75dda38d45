package org.learn4j.autograd;

/** The names of operations by class, made once: checks ask for them in every step. */
final class OpNames {
    private static final String SUFFIX = "Op";

    private static final ClassValue<String> NAMES = new ClassValue<>() {
        @Override
        protected String computeValue(Class<?> type) {
            String name = type.getSimpleName();
            return name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
        }
    };

    private OpNames() {}

    static String of(Class<?> type) {
        return NAMES.get(type);
    }
}
