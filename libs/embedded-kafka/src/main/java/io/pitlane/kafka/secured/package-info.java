/** A broker with authentication and authorization, for tests. */
package io.pitlane.kafka.secured;
