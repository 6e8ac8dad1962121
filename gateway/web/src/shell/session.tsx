import { createContext, type ReactNode, useContext, useMemo } from "react";
import type { Schemas } from "../api/client";

export interface Session {
  user: Schemas["User"];
  /** Whether the signed-in user may do what a route of the API asks for: `may("customers.write")`. */
  may: (permission: string) => boolean;
  /** Whether he or she holds one of the roles. */
  is: (...roles: Schemas["User"]["roles"]) => boolean;
  departmentsLed: string[];
  signOutUrl: string | null;
}

const SessionContext = createContext<Session | null>(null);

export function SessionProvider({ session, children }: { session: Schemas["Session"]; children: ReactNode }) {
  const value = useMemo<Session>(() => {
    const permissions = new Set(session.permissions);
    return {
      user: session.user,
      may: (permission) => permissions.has(permission),
      is: (...roles) => roles.some((role) => session.user.roles.includes(role)),
      departmentsLed: session.departments_led,
      signOutUrl: session.sign_out_url,
    };
  }, [session]);
  return <SessionContext value={value}>{children}</SessionContext>;
}

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) {
    throw new Error("there is no session here");
  }
  return session;
}
