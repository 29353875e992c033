package javax.annotation;

/** What generated sources carry. It was in the JDK until version 8; this stands in, so that no archive is needed for it. */
public @interface Generated {
    String[] value();

    String comments() default "";
}
