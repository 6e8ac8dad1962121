import { App } from "antd";
import { useCallback } from "react";
import { Problem } from "../../api/problem";
import { useWords } from "../../words";
import { TierMark } from "./marks";

interface NearCustomer {
  name: string;
  owner: string;
  tier: string;
}

/**
 * Sends a customer's name, and asks where others are called nearly the same: who they are and whose, and whether this one is
 * another. A name that is taken, or not meant, is shown at its field, not as a lost race.
 */
export function useNamed(): <Sent>(send: (isConfirmed: boolean) => Promise<Sent>) => Promise<Sent> {
  const { t } = useWords();
  const { modal } = App.useApp();
  return useCallback(
    async (send) => {
      try {
        return await send(false);
      } catch (error) {
        if (!(error instanceof Problem)) {
          throw error;
        }
        if (error.code === "customer_name_taken") {
          throw atName(error);
        }
        if (error.code !== "customer_name_near") {
          throw error;
        }
        const isAnother = await modal.confirm({
          title: t("customers.near.title"),
          content: (
            <>
              <p>{t("customers.near.text")}</p>
              <ul className="near-names">
                {(error.params.near as NearCustomer[]).map(({ name, owner, tier }) => (
                  <li key={name}>
                    <strong>{name}</strong>
                    <span className="quiet">
                      {owner} · <TierMark tier={tier} />
                    </span>
                  </li>
                ))}
              </ul>
            </>
          ),
          okText: t("customers.near.another"),
          cancelText: t("customers.near.same"),
          width: 520,
        });
        if (!isAnother) {
          throw atName(error);
        }
        return send(true);
      }
    },
    [modal, t],
  );
}

function atName({ code, message }: Problem): Problem {
  return new Problem(422, { code, detail: message, errors: [{ field: "name", code, message }] });
}
