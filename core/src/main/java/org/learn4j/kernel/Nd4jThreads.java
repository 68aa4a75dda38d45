package org.learn4j.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import org.nd4j.common.config.ND4JSystemProperties;
import org.nd4j.linalg.factory.Environment;
import org.nd4j.linalg.factory.Nd4j;

/**
 * ND4J's start: nothing on standard output, and a number of threads that was asked for.
 *
 * <p>{@code -Dlearn4j.threads} limits what ND4J's operations and OpenBLAS use. Idle workers spin for a while, which slows all
 * others down where there are more of them than processors: {@code OPENBLAS_THREAD_TIMEOUT=4} and
 * {@code OMP_WAIT_POLICY=PASSIVE} in the environment prevent that and cannot be set from Java.
 */
final class Nd4jThreads {
    private Nd4jThreads() {}

    /** Stops ND4J's announcements; has to come before ND4J is loaded. */
    static void quiet() {
        if (System.getProperty(ND4JSystemProperties.LOG_INITIALIZATION) == null) {
            System.setProperty(ND4JSystemProperties.LOG_INITIALIZATION, "false");
        }
    }

    /** Returns the number of threads asked for, else that of the processors. */
    static int wanted() {
        int processors = Runtime.getRuntime().availableProcessors();
        return Math.max(1, Integer.getInteger("learn4j.threads", processors));
    }

    /** Limits the threads: {@code setMaxThreads} has no effect, the number of master threads is what ND4J's loops use. */
    static void set(int blasThreads) {
        Environment environment = Nd4j.getEnvironment();
        environment.setMaxMasterThreads(Math.min(wanted(), environment.maxMasterThreads()));
        Nd4j.factory().blas().setMaxThreads(blasThreads);
    }

    static String describe() {
        return "ND4J " + version() + " on "
                + Nd4j.getBackend().getClass().getSimpleName() + ", "
                + Nd4j.getEnvironment().maxMasterThreads() + " threads, BLAS "
                + Nd4j.factory().blas().getBlasVendor() + " with "
                + Nd4j.factory().blas().getMaxThreads();
    }

    /** Maven leaves the version in the jar; the manifest does not have it. */
    private static String version() {
        Properties properties = new Properties();
        try (InputStream stream = Nd4j.class.getResourceAsStream("/META-INF/maven/org.nd4j/nd4j-api/pom.properties")) {
            if (stream != null) {
                properties.load(stream);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("Could not read ND4J's version", failure);
        }
        return properties.getProperty("version", "of unknown version");
    }
}
