/** What uploaded models are made of, told by a process of the command line. */
package io.pitlane.gateway.descriptions;
