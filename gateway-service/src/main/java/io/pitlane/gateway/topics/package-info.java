/** Reading the topics that hold the gateway's state, and publishing to topics in transactions. */
package io.pitlane.gateway.topics;
