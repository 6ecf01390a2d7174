/** The broker as a test resource of Quarkus: started before an application, stopped after it. */
package io.pitlane.kafka.quarkus;
