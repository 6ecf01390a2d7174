/** The gateway: REST interface and triggers. It knows runs and artifacts, not models. */
package io.pitlane.gateway;
