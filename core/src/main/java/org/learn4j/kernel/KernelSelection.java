package org.learn4j.kernel;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses the kernels once: the one named by {@code -Dlearn4j.kernels}, else the best that loads. */
final class KernelSelection {
    private static final Logger LOG = LoggerFactory.getLogger(Kernels.class);

    static final Kernels CURRENT = choose(System.getProperty("learn4j.kernels", ""));

    private KernelSelection() {}

    static List<KernelsProvider> providers() {
        List<KernelsProvider> providers = new ArrayList<>();
        ServiceLoader.load(KernelsProvider.class, Kernels.class.getClassLoader())
                .forEach(providers::add);
        providers.sort(Comparator.comparingInt(KernelsProvider::priority).reversed());
        return providers;
    }

    static Kernels choose(String wanted) {
        List<KernelsProvider> providers = providers();
        List<String> names = providers.stream().map(KernelsProvider::name).toList();
        if (!wanted.isEmpty() && !names.contains(wanted)) {
            throw new IllegalArgumentException("learn4j.kernels is one of " + names + ", received \"" + wanted + "\"");
        }
        for (KernelsProvider provider : providers) {
            if (!wanted.isEmpty() && !provider.name().equals(wanted)) {
                continue;
            }
            try {
                Kernels kernels = provider.load();
                LOG.info("Learn4J kernels: {}", kernels.describe());
                return kernels;
            } catch (LinkageError | RuntimeException failure) {
                if (!wanted.isEmpty()) {
                    throw new IllegalStateException(message(provider, failure), failure);
                }
                LOG.warn("{}; falling back", message(provider, failure));
            }
        }
        throw new IllegalStateException(
                "None of the kernels " + names + " could be loaded. Add the natives of this platform"
                        + " to the class path: org.learn4j:learn4j-" + org.bytedeco.javacpp.Loader.getPlatform());
    }

    private static String message(KernelsProvider provider, Throwable failure) {
        return "The " + provider.name() + " kernels could not be loaded (" + failure
                + "); their natives for this platform" + " come with org.learn4j:learn4j-"
                + org.bytedeco.javacpp.Loader.getPlatform();
    }
}
