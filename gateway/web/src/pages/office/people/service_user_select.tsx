import { api } from "../../../api/client";
import { RemoteSelect } from "../../../pick/remote_select";

interface ServiceUserSelectProps {
  value?: string;
  onChange?: (id: string | undefined) => void;
  id?: string;
  label?: string;
  placeholder?: string;
}

const USERS_MAX = 200;

/** One of the users that stand for other systems. */
export function ServiceUserSelect(props: ServiceUserSelectProps) {
  return (
    <RemoteSelect
      {...props}
      name="service user"
      find={async (q, signal) => {
        const { data } = await api.GET("/api/v1/users", {
          params: { query: { q, active: true, page_size: USERS_MAX } },
          signal,
        });
        return (data?.items ?? [])
          .filter(({ is_service }) => is_service)
          .map(({ id, name, login }) => ({ value: id, label: name, note: login }));
      }}
      describe={async (id, signal) => {
        const { data } = await api.GET("/api/v1/users/{user_id}", { params: { path: { user_id: id } }, signal });
        return { value: id, label: data?.name ?? id };
      }}
    />
  );
}
