package com.example;

import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Loader;
import org.nd4j.linalg.factory.Nd4j;

/** Loads the natives and prints what was resolved. */
public final class Main {

    private Main() {}

    public static void main(String[] args) throws Exception {
        Loader.load(dnnl.class);
        System.out.println("sum " + Nd4j.ones(2, 3).sumNumber().doubleValue());
        System.out.println("javacpp " + Loader.getVersion());
        System.out.println("slf4j-api " + Loader.getVersion("org.slf4j", "slf4j-api"));
    }
}
