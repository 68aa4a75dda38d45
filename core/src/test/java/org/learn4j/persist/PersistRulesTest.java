package org.learn4j.persist;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.constructors;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.RandomAccessFile;
import java.io.Serializable;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** R24 to R26, as far as they concern this package: what its classes may not even mention. */
class PersistRulesTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(location -> location.contains("/org/learn4j/persist/"))
            .importUrl(SafeTensors.class.getProtectionDomain().getCodeSource().getLocation());

    private static void check(ArchRule rule) {
        rule.check(CLASSES);
    }

    @Test
    void dependsOnElementTypesTheJdkAndAStreamingParserOnly() {
        check(classes()
                .that()
                .resideInAPackage("org.learn4j.persist")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "org.learn4j.persist",
                        "org.learn4j.tensor",
                        "java..",
                        "com.fasterxml.jackson.core..",
                        "org.slf4j",
                        "org.jspecify.annotations"));
        check(noClasses()
                .should()
                .dependOnClassesThat()
                .haveNameMatching("org\\.learn4j\\.tensor\\.(?!DType(\\$.*)?$).*"));
    }

    @Test
    void noNameInAFileChoosesCode() {
        check(noClasses().should().dependOnClassesThat().resideInAnyPackage("java.lang.reflect..", "javax.script.."));
        check(noClasses().should().dependOnClassesThat().areAssignableTo(ServiceLoader.class));
        check(noClasses().should().callMethod(Class.class, "forName", String.class));
        check(noClasses().should().dependOnClassesThat().areAssignableTo(ClassLoader.class));
    }

    @Test
    void nothingIsDeserialised() {
        check(noClasses().should().dependOnClassesThat().areAssignableTo(ObjectInputStream.class));
        check(noClasses().should().dependOnClassesThat().areAssignableTo(ObjectOutputStream.class));
        check(noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.beans..", "com.fasterxml.jackson.databind.."));
        check(noClasses()
                .that()
                .areNotAssignableTo(Throwable.class)
                .and()
                .areNotEnums()
                .should()
                .implement(Serializable.class));
    }

    @Test
    void oneClassTouchesTheDisk() {
        check(noClasses()
                .that()
                .doNotBelongToAnyOf(SystemFileOps.class)
                .should()
                .dependOnClassesThat(touchTheDisk()));
    }

    @Test
    void oneMethodOpensModels() {
        check(noClasses()
                .that()
                .doNotBelongToAnyOf(Opening.class)
                .should()
                .callMethod(FileOps.class, "open", Path.class));
    }

    @Test
    void filesOfTensorsAreMadeByWhatOpensThem() {
        check(constructors()
                .that()
                .areDeclaredInClassesThat()
                .implement(TensorFile.class)
                .should()
                .notBePublic());
    }

    private static DescribedPredicate<JavaClass> touchTheDisk() {
        Set<Class<?>> doors = Set.of(
                Files.class,
                File.class,
                FileChannel.class,
                FileInputStream.class,
                FileOutputStream.class,
                RandomAccessFile.class);
        return DescribedPredicate.describe(
                "touch the disk", type -> doors.stream().anyMatch(type::isEquivalentTo));
    }
}
